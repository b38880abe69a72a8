"""Who speaks for the site.

A page for readers is the same for everybody, so it asks who is signed in only
where the session's cookie came along, which no reader has.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.http import HttpRequest

from comments import names


def signed_in(request: HttpRequest) -> User | None:
    """The member of the staff who sends this, None for a reader and where staff carry no mark."""
    if not settings.STAFF_MARKS:
        return None
    user = request.user
    return user if user.is_active and user.is_staff else None


def moderator(request: HttpRequest) -> User | None:
    """Whoever may decide on comments and sees the verbs beside them; None for a reader, without asking the session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    return user if user.is_active and user.is_staff and user.has_perm("comments.change_comment") else None


def name_of(member: User | None) -> str:
    """What stands beside the mark of somebody who types no name: their own, else the site's; "" for a reader."""
    return (member.get_full_name() or settings.SITE_NAME) if member else ""


def has_name(name: str) -> bool:
    """Whether a reader must not take this name. One query.

    The names that staff sign in with are not among them: a refusal would tell which ones exist.
    """
    if not (settings.STAFF_MARKS and name):
        return False
    people = get_user_model().objects.filter(is_staff=True, is_active=True).values_list("first_name", "last_name")
    return names.is_taken(name, [one for person in people for one in names.of_person(*person)], settings.SITE_NAME)
