from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.models import Picture

# An address typed without its scheme.
HTTPS: Mapping[type[models.Field], Mapping[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display = ["thumbnail", "alt", "author", "licence", "created_at"]
    list_per_page = 50
    list_display_links = ["thumbnail", "alt"]
    search_fields = ["alt", "caption", "author"]
    readonly_fields = ["thumbnail", "address"]
    fields = ["file", "thumbnail", "address", "alt", "caption", "author", "licence", "link"]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        if not picture.file:
            return ""
        return format_html('<img class="thumbnail" src="{}" alt="" width="120" loading="lazy">', picture.file.url)

    @admin.display(description=_("address for the editor"))
    def address(self, picture: Picture) -> str:
        return picture.file.url if picture.file else ""

    def get_urls(self):
        picker = self.admin_site.admin_view(self.picker)
        return [path("picker/", picker, name="articles_picture_picker"), *super().get_urls()]

    def picker(self, request):
        """The window in which the editor lets a picture be chosen."""
        pages = Paginator(Picture.objects.all(), self.list_per_page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose a picture"),
            "page_obj": pages.get_page(request.GET.get("page")),
            "callback": request.GET.get("CKEditorFuncNum", ""),
            "is_popup": True,
        }
        return render(request, "admin/articles/picture/picker.html", context)
