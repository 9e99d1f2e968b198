from django.apps import AppConfig


class ColorizeConfig(AppConfig):
    name = "colorize"

    def ready(self) -> None:
        from colorize import checks as checks
