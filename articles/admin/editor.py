"""The editor of bodies, and the rows that belong to an article."""

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media, Script

from articles.admin.moments import MOMENTS
from articles.admin.picture import HTTPS
from articles.models import Addendum, RelatedLink, Source

# What the editor offers is a part of what `body.py` allows.
EDITOR = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Code": True,
    "CodeBlock": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Figure": {"pickerUrl": reverse_lazy("admin:articles_picture_picker")},
    "Caption": True,
    "Image": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HTML": True,
}

# The hash of the one style element that the editor puts into its page.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


PICTURE_MEDIA = Media(
    css={"all": ["css/admin_pictures.css"]},
    js=[
        Script(
            "js/admin_pictures.js",
            type="module",
            **{
                "data-upload": reverse_lazy("admin:articles_picture_upload"),
                "data-choose": _("Upload a picture"),
                "data-lost": _("It could not be sent. Are you still signed in? Sign in in another tab and send again."),
            },
        )
    ],
)


class EditorMixin:
    """The fields that hold HTML, edited as readers will see them."""

    html_fields = ("body",)

    @property
    def media(self):
        return super().media + PICTURE_MEDIA

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.html_fields:
            return ProseEditorFormField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                widget=AdminProseEditorWidget,
                config={"extensions": EDITOR},
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor's modules are named by an inline import map, which the
        # policy lets through by the nonce of this one answer.
        context["media"] = Media.from_media(context["media"]).with_nonce(str(request.csp_nonce))
        response = super().render_change_form(request, context, *args, **kwargs)
        response._csp_update = {"style-src": [EDITOR_STYLE]}
        return response


class SourceInline(admin.StackedInline):
    model = Source
    formfield_overrides = HTTPS
    extra = 0


class AddendumInline(EditorMixin, admin.StackedInline):
    model = Addendum
    formfield_overrides = MOMENTS
    extra = 0


class RelatedLinkInline(admin.StackedInline):
    model = RelatedLink
    formfield_overrides = HTTPS
    fk_name = "article"
    extra = 0
    autocomplete_fields = ["target"]


INLINES: list[type[InlineModelAdmin]] = [SourceInline, AddendumInline, RelatedLinkInline]
