import importlib
import pkgutil

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Long work"

    def ready(self) -> None:
        """Make all kinds known, and have files go with their rows."""
        importlib.import_module(f"{self.name}.files")
        kinds = importlib.import_module(f"{self.name}.kinds")
        for module in pkgutil.iter_modules(kinds.__path__):
            importlib.import_module(f"{kinds.__name__}.{module.name}")
