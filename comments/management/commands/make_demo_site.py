from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.demo.building import build_demo_site


class Command(BaseCommand):
    help = "Fills an empty site with example articles, pictures and comments. Does nothing when there is an article."

    def handle(self, **options):
        owner = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
        if build_demo_site(timezone.now(), author=owner):
            self.stdout.write(str(_("The example articles are in place.")))
        else:
            self.stdout.write(str(_("There are articles already, so nothing was added.")))
