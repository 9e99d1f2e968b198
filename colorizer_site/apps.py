from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "colorizer_site.admin.Site"

    def ready(self) -> None:
        from colorizer_site import checks as checks

        super().ready()
