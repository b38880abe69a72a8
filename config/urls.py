from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import JavaScriptCatalog

from config import machines
from config.health import health

handler400 = "config.errors.bad_request"

urlpatterns = [
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
    re_path(r"^media/(?P<path>.*)$", machines.media),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
]
