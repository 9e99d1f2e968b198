import importlib

from django.apps import AppConfig


class RealOrFakeConfig(AppConfig):
    name = "real_or_fake"
    verbose_name = "Real or fake"

    def ready(self) -> None:
        """Look after the settings, have old rounds forgotten, and add people's to the export of
        everything."""
        for name in ("checks", "upkeep", "personal_data"):
            importlib.import_module(f"{self.name}.{name}")
