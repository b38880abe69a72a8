from django.conf import settings


def site(request):
    """What every page shows of the site, the same for every reader."""
    return {"site_name": settings.SITE_NAME}
