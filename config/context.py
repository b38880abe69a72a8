from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import Policy


def site(request):
    """What every page shows of the site, the same for every reader; the policy is asked for once, where it is needed."""
    return {"site_name": settings.SITE_NAME, "policy": SimpleLazyObject(Policy.objects.current)}
