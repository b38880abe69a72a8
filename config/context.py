from functools import partial

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from articles.keeping import kept
from comments.models import Policy


def site(request):
    """What every page shows of the site, the same for every reader; the policy is asked for once, where it is needed."""
    return {"site_name": settings.SITE_NAME, "policy": SimpleLazyObject(partial(policy_of, request))}


def policy_of(request) -> Policy:
    return kept(request, "policy", Policy.objects.current)
