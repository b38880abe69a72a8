from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.demo.building import build_demo_site


class Command(BaseCommand):
    help = "Fills an empty site with example articles, pictures and comments. Does nothing on a site that has anything."

    def handle(self, **options):
        owner = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
        if not settings.DEMO_SITE:
            self.stdout.write(str(_("The example articles are switched off (DEMO_SITE=no).")))
        elif build_demo_site(timezone.now(), author=owner):
            self.stdout.write(str(_("The example articles are in place.")))
        else:
            self.stdout.write(str(_("The site is not empty, so nothing was added.")))
