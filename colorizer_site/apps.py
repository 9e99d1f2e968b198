from django.contrib.admin.apps import AdminConfig as Admin


class AdminConfig(Admin):
    default_site = "colorizer_site.admin.Site"

    def ready(self) -> None:
        from colorizer_site import checks as checks

        super().ready()
