"""What is typed in an article's form is kept before it is saved, and offered when the form is opened again."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import schedule, slugs
from articles.admin.form import differences
from articles.admin.writing import WritingAdmin
from articles.models import Article, Autosave

# Tells the browser which of the texts that it keeps was saved, so that it does not offer that again.
SAVED_COOKIE = "saved_forms"


# What no form of a browser holds and PostgreSQL's JSON does not take.
NO_TEXT = re.compile("[\0\ud800-\udfff]")


def is_fields(value: Any) -> bool:
    """Whether it is what forms send: lists of texts by name."""
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        return False
    texts = [*value, *(text for texts in value.values() for text in texts)]
    return all(isinstance(text, str) and not NO_TEXT.search(text) for text in texts)


def check_fields(value: Any) -> None:
    """Raises ValidationError."""
    if not is_fields(value):
        raise ValidationError("Not the fields of a form.")


class AutosaveForm(forms.Form):
    key = forms.UUIDField()
    resumed = forms.UUIDField(required=False)
    article = forms.ModelChoiceField(Article.objects.defer("html", "headings", "body_source"), required=False)
    typed = forms.JSONField(validators=[check_fields])


def panel_of(form) -> dict[str, Any]:
    """What the panel beside the form says: the checklist, the moment of publication, addresses to choose from."""
    title = form.manuscript.title
    # Readers know the address of a public article; another would only be a detour.
    wants_slug = title and not form.stored.is_public
    return {
        "form": form,
        "points": form.open_points if title or form.stored.pk else [],
        "told_schedule": form.told_schedule,
        "zone": schedule.zone_name(),
        "moments": schedule.choices(timezone.now()),
        "slugs": slugs.suggestions(title, timezone.localdate()) if wants_slug else [],
        "is_begun": bool(title),
    }


def _changes(form, row: Autosave) -> list[str]:
    """The labels of what a text would change."""
    labels = [str(form.fields[name].label) for name in form.changed_data]
    rows = {"sources": _("Sources"), "addenda": _("Addenda"), "related_links": _("Related articles")}
    for prefix, label in rows.items():
        if row.data.get(f"{prefix}-TOTAL_FORMS") != row.data.get(f"{prefix}-INITIAL_FORMS"):
            labels.append(label)
    return labels


def _stored(article: Article | None) -> dict[str, Any]:
    return {"title": article.title, "lead": article.lead, "body": article.body} if article else {}


class AutosaveMixin(WritingAdmin):
    """The views of autosaving, and the offer to go on with a text."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("autosave/", wrap(self.autosave), name="articles_article_autosave"),
            path("autosave/<uuid:key>/discard/", wrap(self.discard), name="articles_article_discard"),
            path("signed-in/", wrap(self.signed_in), name="articles_article_signed_in"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def autosave(self, request: HttpRequest) -> HttpResponse:
        form = AutosaveForm(request.POST)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        article = form.cleaned_data["article"]
        self._refuse_unless_writable(request, article)
        row = self._keep(request, form.cleaned_data)
        return JsonResponse({"clock": f"{row.moment:%H:%M}", **self._told(request, article, row)})

    def _keep(self, request: HttpRequest, sent: dict) -> Autosave:
        try:
            with transaction.atomic():
                row = Autosave.objects.keep(
                    key=sent["key"], user=request.user.pk, article=sent["article"], fields=sent["typed"]
                )
                # The form that was opened to go on with a text has taken it over.
                Autosave.objects.filter(user=request.user.pk, key=sent["resumed"]).exclude(key=sent["key"]).delete()
        except IntegrityError as error:
            raise PermissionDenied from error
        return row

    def _told(self, request: HttpRequest, article: Article | None, row: Autosave) -> dict[str, Any]:
        form = self._form_of(request, article, row.data)
        form.is_valid()
        return {
            "stale": form.is_stale,
            "panel": render_to_string("admin/articles/article/_panel.html", panel_of(form), request),
        }

    @method_decorator(require_POST)
    def discard(self, request: HttpRequest, key) -> HttpResponse:
        row = Autosave.objects.filter(user=request.user.pk, key=key).first()
        if row:
            row.delete()
        article = row.article_id if row else None
        return redirect(self._form_address(article))

    def signed_in(self, request: HttpRequest) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "title": _("You are signed in again")}
        return render(request, "admin/articles/article/signed_in.html", context)

    def _form_address(self, article: int | None) -> str:
        if article is None:
            return reverse("admin:articles_article_add")
        return reverse("admin:articles_article_change", args=[article])

    @method_decorator(never_cache)
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "GET" and (resumed := self._resumed(request, object_id)):
            # The form as after a save that was refused, for that is what it is: filled and not saved.
            # Django reads a form when its files are first asked for, and would put this request's, which has none, first.
            request.FILES  # noqa: B018
            request.method, request.POST = "POST", resumed.data
            request.POST["_resumed"] = "1"
            request.POST["resumed"] = str(resumed.key)
            request.POST["key"] = str(uuid4())
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _resumed(self, request: HttpRequest, object_id: str | None) -> Autosave | None:
        try:
            key = forms.UUIDField(required=False).clean(request.GET.get("resume"))
        except ValidationError:
            return None
        row = Autosave.objects.filter(user=request.user.pk, key=key).first() if key else None
        return row if row and str(row.article_id or "") == (object_id or "") else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        is_open = add or self.has_change_permission(request, obj)
        # Going on with a text is no mistake; what is wrong besides is told as ever.
        if form.is_bound and form.is_resumed and sum(map(len, context["errors"])) == 1:
            context["errors"] = []
        context |= {
            "writing": is_open,
            "article": obj,
            "offer": self._offer(request, obj, form) if is_open and not form.is_bound else None,
            "device_key": f"{request.user.pk} {obj.pk if obj else 'new'}",
            **panel_of(form),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _offer(self, request: HttpRequest, article: Article | None, opened) -> dict[str, Any] | None:
        """The newest text that was not saved, with what it would change."""
        for row in Autosave.objects.of(request.user.pk, article)[:5]:
            initial = None if article else self.get_changeform_initial_data(request)
            form = self._form_of(request, article, row.data, initial=initial)
            if changes := _changes(form, row):
                return {"row": row, "changes": changes, "differences": differences(_stored(article), row.data)}
        return None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        keys = [key for name in ("key", "resumed") if (key := form.cleaned_data.get(name))]
        Autosave.objects.filter(user=request.user.pk, key__in=keys).delete()
        request.saved_forms = [str(key) for key in keys]

    def _tell_the_browser(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        before = request.COOKIES.get(SAVED_COOKIE, "").split(".")
        keys = ".".join([*getattr(request, "saved_forms", []), *before][:6])
        address = reverse("admin:articles_article_changelist")
        response.set_cookie(SAVED_COOKIE, keys, max_age=86_400 * 30, path=address, samesite="Strict")
        return response

    def response_add(self, request, obj, post_url_continue=None):
        return self._tell_the_browser(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return self._tell_the_browser(request, super().response_change(request, obj))
