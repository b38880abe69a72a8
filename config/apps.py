from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The house itself, an application so that its commands and the admin's site are found."""

    name = "config"

    def ready(self) -> None:
        from django.conf import settings
        from django.contrib import admin

        from config.sign_in import SignInForm

        admin.site.login_form = SignInForm
        # Django's views of signing in and out put the name of the sites framework where every other page has this one.
        admin.site.site_title = settings.SITE_NAME
