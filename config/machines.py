"""What browsers and crawlers ask a site for by themselves, before and beside its pages."""

from datetime import timedelta

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.site_address import whole

TEXT = "text/plain; charset=utf-8"

# RFC 9116, 2.5.5 recommends less than a year.
SECURITY_TXT_LASTS = timedelta(days=360)

GROUND = "#faf8f4"
ICONS = [("192.png", "192x192", "any"), ("512.png", "512x512", "any"), ("maskable.png", "512x512", "maskable")]


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    names = ("articles:sitemaps", "articles:news_sitemap")
    context = {"sitemaps": [whole(request, reverse(name)) for name in names]}
    return render(request, "robots.txt", context, content_type=TEXT)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to write of a hole in the site (RFC 9116); there is none without an address."""
    if not settings.CONTACT_EMAIL:
        raise Http404
    # By the day, so that it is the same for everybody who asks today.
    expires = (timezone.now() + SECURITY_TXT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    languages = [settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {whole(request, request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a telephone shows of the site among its programs (W3C, Web Application Manifest)."""
    icons = [{"src": static(f"icons/{name}"), "sizes": sizes, "purpose": use} for name, sizes, use in ICONS]
    data = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": [icon | {"type": "image/png"} for icon in icons],
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False}, content_type="application/manifest+json")


@require_safe
def favicon(request: HttpRequest) -> FileResponse:
    """For whoever asks for it unasked, at the address that it has everywhere."""
    response = FileResponse((settings.BASE_DIR / "static/icons/favicon.ico").open("rb"), content_type="image/x-icon")
    response["Cache-Control"] = f"public, max-age={7 * 24 * 3600}"
    return response
