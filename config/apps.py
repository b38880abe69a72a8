from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The house itself, an application so that its commands and the admin's site are found."""

    name = "config"

    def ready(self) -> None:
        from django.contrib import admin

        from config.sign_in import SignInForm

        admin.site.login_form = SignInForm
