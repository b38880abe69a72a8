import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

NAME = "owner"
# Without letters and digits that are taken for each other: 79 bits in 16 of them.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = "Makes the first user who may do everything and shows the password, once; does nothing when there is one."

    def handle(self, **options):
        users = get_user_model().objects
        names = users.filter(is_active=True, is_superuser=True).order_by("pk").values_list("username", flat=True)
        if names:
            self.stdout.write(f'Sign in as "{names[0]}". A new password: manage.py changepassword {names[0]}')
        elif users.filter(username=NAME).exists():
            # Somebody took the right away on purpose; a start must not give it back.
            self.stdout.write(f'Not even "{NAME}" may do everything here. To change that: manage.py createsuperuser')
        else:
            password = readable_password()
            users.create_superuser(NAME, password=password)
            self.stdout.write(f'Sign in as "{NAME}" with the password {password}')
            self.stdout.write("It is shown only this once; change it after signing in.")


def readable_password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
