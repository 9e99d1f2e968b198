from django.contrib.admin.apps import AdminConfig as Admin
from django.contrib.staticfiles.apps import StaticFilesConfig as StaticFiles


class AdminConfig(Admin):
    default_site = "colorizer_site.admin.Site"

    def ready(self) -> None:
        from colorizer_site import checks as checks

        super().ready()


class StaticFilesConfig(StaticFiles):
    # The other reader of the API's schema that comes with Swagger's: megabytes that no page uses.
    ignore_patterns = [*StaticFiles.ignore_patterns, "redoc"]
