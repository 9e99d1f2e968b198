import importlib
import pkgutil

from django.apps import AppConfig
from django.conf import settings


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        """Make all kinds known, have files go with their rows and reconciled with them, have
        nothing sent twice after a restore, add jobs to the export of everything, have programs told
        when one ends, and tell Celery if it is used."""
        for name in ("files", "reconcile", "restored", "personal_data", "api.events"):
            importlib.import_module(f"{self.name}.{name}")
        kinds = importlib.import_module(f"{self.name}.kinds")
        for module in pkgutil.iter_modules(kinds.__path__):
            importlib.import_module(f"{kinds.__name__}.{module.name}")
        if settings.BROKER:
            importlib.import_module(f"{self.name}.celery_app")
