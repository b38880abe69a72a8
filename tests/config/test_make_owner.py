import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from tests.factories import make_owner, make_user

pytestmark = pytest.mark.django_db


def said():
    output = StringIO()
    call_command("make_owner", stdout=output)
    return output.getvalue()


def test_it_makes_an_owner_and_shows_the_password():
    password = re.search(r'Sign in as "owner" with the password (\S+)', said()).group(1)
    owner = get_user_model().objects.get()

    assert owner.check_password(password)
    assert owner.is_superuser and owner.is_staff
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)


def test_it_shows_the_password_only_once():
    said()
    second = said()

    assert "with the password" not in second
    assert "manage.py changepassword owner" in second
    assert get_user_model().objects.count() == 1


def test_it_names_the_owner_there_is():
    make_owner(username="tanaka")

    assert "manage.py changepassword tanaka" in said()


def test_other_users_are_no_owner():
    make_user(username="tanaka", is_staff=True)

    assert 'Sign in as "owner"' in said()


def test_it_gives_no_right_back_that_was_taken_away():
    make_user(username="owner", is_active=False, is_superuser=True)

    assert "createsuperuser" in said()
    assert not get_user_model().objects.filter(is_active=True).exists()
