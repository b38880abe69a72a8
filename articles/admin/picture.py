from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from articles.models import Picture

# An address typed without its scheme.
HTTPS: Mapping[type[models.Field], Mapping[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


class PictureForm(forms.ModelForm):
    """What is asked for with a new picture, in the editor and in the picker."""

    link = forms.URLField(label=_("link to the original"), required=False, assume_scheme="https", max_length=1000)

    class Meta:
        model = Picture
        fields = ["file", "alt", "caption", "author", "licence", "link"]


class CreditFilter(admin.SimpleListFilter):
    title = _("credit")
    parameter_name = "credit"

    def lookups(self, request, model_admin):
        return [("missing", _("missing"))]

    def queryset(self, request, queryset):
        return queryset.without_credit() if self.value() == "missing" else queryset


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display = ["thumbnail", "alt", "author", "licence", "has_credit", "created_at"]
    list_filter = [CreditFilter]
    list_per_page = 50
    list_display_links = ["thumbnail", "alt"]
    search_fields = ["alt", "caption", "author"]
    readonly_fields = ["thumbnail", "address"]
    fields = ["file", "thumbnail", "address", "alt", "caption", "author", "licence", "link"]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        if not picture.file:
            return ""
        return format_html('<img class="thumbnail" src="{}" alt="" width="120" loading="lazy">', picture.thumbnail_url)

    @admin.display(description=_("credit"), boolean=True)
    def has_credit(self, picture: Picture) -> bool:
        return bool(picture.credit)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not obj.credit:
            messages.warning(request, _("The picture has no credit: readers cannot see whose it is."))

    @admin.display(description=_("address for the editor"))
    def address(self, picture: Picture) -> str:
        return picture.file.url if picture.file else ""

    def get_urls(self):
        picker = self.admin_site.admin_view(self.picker)
        upload = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.upload))
        return [
            path("picker/", picker, name="articles_picture_picker"),
            path("upload/", upload, name="articles_picture_upload"),
            *super().get_urls(),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """The form for a new picture as a fragment; what the editor needs to know of one that was taken."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PictureForm(request.POST or None, request.FILES or None)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "admin/articles/picture/_upload.html", {"form": form}, status=status)
        picture = form.save()
        self.log_addition(request, picture, [{"added": {}}])
        told = {"pk": picture.pk, "name": str(picture), "url": picture.file.url, "alt": picture.alt}
        return JsonResponse(told | {"caption": picture.caption_with_credit})

    def picker(self, request: HttpRequest) -> HttpResponse:
        """The window in which the editor lets a picture be chosen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        pages = Paginator(Picture.objects.found_by(words), self.list_per_page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose a picture"),
            "page_obj": pages.get_page(request.GET.get("page")),
            "callback": request.GET.get("CKEditorFuncNum", ""),
            "words": words,
            "form": PictureForm(),
            "may_add": self.has_add_permission(request),
            "is_popup": True,
        }
        return render(request, "admin/articles/picture/picker.html", context)
