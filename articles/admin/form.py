"""The form of an article: what it refuses, and what it asks once before it publishes."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import difference, schedule
from articles.checklist import Manuscript, Point, open_points
from articles.models import Article

# Fields of the form itself, which are no part of the article.
OWN_FIELDS = {"key", "resumed", "version", "publish_anyway"}


class ArticleForm(forms.ModelForm):
    # The name under which this one open form is autosaved, and the one whose text it goes on with.
    key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    resumed = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    # The state of the article that the form was opened with; `overwrite` in the data is a newer one that may go.
    version = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    publish_anyway = forms.BooleanField(required=False, label=_("Publish it anyway"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # As it is stored: the instance takes on what was typed.
        self.stored = Article(**_columns(self.instance))
        if self.instance.pk:
            self.initial["version"] = self.current_version
        self.is_stale = self.asks = False

    @property
    def is_resumed(self) -> bool:
        """Whether it was filled to go on with a text, and not sent."""
        return "_resumed" in self.data

    @property
    def current_version(self) -> str:
        return self.stored.updated_at.isoformat() if self.stored.pk else ""

    def is_multipart(self) -> bool:
        # A Japanese letter takes nine bytes in the other encoding and three in this.
        return True

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in OWN_FIELDS]

    def clean_status(self) -> str:
        return Article.Status.PUBLISHED if "_publish" in self.data else self.cleaned_data["status"]

    def clean_published_at(self):
        """Emptying the moment of a public article is a slip: it would come first again everywhere."""
        given, stored = self.cleaned_data["published_at"], self.stored.published_at
        # The fields of the form have no fractions of a second.
        if given and stored and given == stored.replace(microsecond=0):
            return stored
        return self.stored.published_at if given is None and self.stored.is_public else given

    def clean(self):
        cleaned = super().clean()
        self._refuse_what_was_changed_elsewhere()
        self._ask_before_publishing()
        if self.is_resumed:
            self.add_error(
                None, ValidationError(_("This text was not saved yet. Look it over and save it."), "resumed")
            )
        return cleaned

    def _refuse_what_was_changed_elsewhere(self) -> None:
        """The row is locked since it was read, so nothing can come between this and the save."""
        seen = {self.data.get("version"), self.data.get("overwrite")}
        self.is_stale = bool(self.stored.pk) and self.current_version not in seen
        if self.is_stale:
            text = _(
                "Somebody, or another tab of yours, has changed this article since you opened it. Nothing is lost."
            )
            self.add_error(None, ValidationError(text, "stale"))

    def _ask_before_publishing(self) -> None:
        self.asks = self._becomes_visible_or_hidden and bool(self.open_points)
        if self.asks and not self.cleaned_data.get("publish_anyway"):
            self.add_error(None, ValidationError(_("Not published yet: some points are open."), "open_points"))

    @property
    def _becomes_visible_or_hidden(self) -> bool:
        is_published = self.cleaned_data.get("status") == Article.Status.PUBLISHED
        return is_published and (self.stored.status == Article.Status.DRAFT or self._hides)

    @property
    def _hides(self) -> bool:
        """Whether readers would lose an article that they can see."""
        moment = self.values.get("published_at")
        return self.stored.is_public and moment is not None and moment > timezone.now()

    @cached_property
    def open_points(self) -> list[Point]:
        hides = [Point("hides", str(_("Readers can see the article now; until the new moment they no longer will.")))]
        return (hides if self._hides else []) + open_points(self.manuscript)

    @property
    def manuscript(self) -> Manuscript:
        values = self.values
        title = values.get("title", "")
        same = Article.objects.titled_like(title).exclude(pk=self.stored.pk).values_list("title", flat=True)
        return Manuscript(
            title=title,
            lead=values.get("lead", ""),
            body=values.get("body", ""),
            has_category=bool(values.get("category")),
            has_sources=self._has_sources,
            eye_catch=values.get("eye_catch"),
            same_titles=list(same[:3]),
        )

    @property
    def values(self) -> Mapping[str, Any]:
        """What was typed and can be taken; of a form that was only opened, what is stored."""
        if self.is_bound:
            return self.cleaned_data
        return {
            name: getattr(self.stored, name)
            for name in ("title", "lead", "body", "category", "eye_catch", "published_at")
        }

    @property
    def _has_sources(self) -> bool:
        if self.is_bound:
            return bool(self.rows("sources", "url"))
        return self.stored.pk is not None and self.stored.sources.exists()

    def rows(self, prefix: str, name: str) -> list[str]:
        """What the form's rows of this kind say in one field; those to be deleted say nothing."""
        total = self.data.get(f"{prefix}-TOTAL_FORMS", "")
        numbers = range(min(int(total[:9]), 1000)) if total.isdecimal() else ()
        kept = (n for n in numbers if not self.data.get(f"{prefix}-{n}-DELETE"))
        return [value for n in kept if (value := self.data.get(f"{prefix}-{n}-{name}", "").strip())]

    def differences(self) -> list[dict[str, Any]]:
        """What is stored now against what was typed, field by field."""
        return differences(_columns(self.stored), self.cleaned_data)

    @property
    def told_schedule(self) -> str:
        """The moment in words when this makes the article appear later."""
        moment = self.values.get("published_at")
        return schedule.told_scheduled(moment) if moment and moment > timezone.now() else ""


def _columns(article: Article) -> dict[str, Any]:
    loaded = {field.attname for field in article._meta.concrete_fields} - article.get_deferred_fields()
    return {name: getattr(article, name) for name in loaded}


COMPARED: dict[str, Callable[[str, str], list[difference.Line]]] = {
    "title": difference.compare_text,
    "lead": difference.compare_text,
    "body": difference.compare,
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Title, lead and body where they differ, each with its lines and counts, ready for the template."""
    found = []
    for name, compare in COMPARED.items():
        old, new = before.get(name) or "", after.get(name) or ""
        if old == new:
            continue
        lines = compare(old, new)
        put_in, taken_out = difference.counts(lines)
        label = Article._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        shown = difference.shortened(lines) if put_in or taken_out else []
        found.append({"name": name, "label": label, "lines": shown, "put_in": put_in, "taken_out": taken_out})
    return found
