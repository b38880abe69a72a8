from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import JavaScriptCatalog
from django.views.static import serve

from config.health import health

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"

urlpatterns = [
    # The admin's own catalogue holds only Django's texts, not the editor's and ours.
    path("admin/jsi18n/", admin.site.admin_view(JavaScriptCatalog.as_view(), cacheable=True), name="jsi18n"),
    # Before the admin, which answers every address below its own.
    path("admin/desk/", include("comments.desk_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health, name="health"),
    # One process serves everything until a web server stands in front of it.
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
]
