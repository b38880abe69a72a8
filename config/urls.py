from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from config import language, machines
from config.health import health
from config.media import media

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"

urlpatterns = [
    # First what most ask for.
    path("", include("comments.urls")),
    path("", include("articles.urls")),
    # The admin's own catalogue holds only Django's texts, not the editor's and ours.
    path("admin/jsi18n/", admin.site.admin_view(JavaScriptCatalog.as_view(), cacheable=True), name="jsi18n"),
    # Before the admin, which answers every address below its own.
    path("admin/desk/", include("comments.desk_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health, name="health"),
    path("robots.txt", machines.robots_txt, name="robots"),
    path(".well-known/security.txt", machines.security_txt, name="security"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("language/", language.choose, name="language"),
    # One process serves everything until a web server stands in front of it.
    path("media/<path:path>", media),
]
