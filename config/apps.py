from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The house itself, an application so that its commands and the admin's site are found."""

    name = "config"
