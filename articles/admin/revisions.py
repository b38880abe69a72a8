"""What an article said before, what each save changed, and the way back."""

from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.admin.form import differences
from articles.admin.writing import WritingAdmin
from articles.models import Article
from articles.revising import tracked

PER_PAGE = 20


class RevisionsMixin(WritingAdmin):
    """In the place of the admin's own history, which knows that something was changed but not what."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/history/<int:number>/", wrap(self.revision), name="articles_article_revision"),
            path("<int:pk>/history/<int:number>/restore/", wrap(self.restore), name="articles_article_restore"),
            *super().get_urls(),
        ]

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        article = self.get_object(request, unquote(object_id))
        if article is None:
            raise Http404
        self._refuse_unless_writable(request, article)
        revisions = article.revisions.select_related("history_user")
        shown = Paginator(revisions, PER_PAGE).get_page(request.GET.get("page"))
        # Each against the one before it, which for the last may stand on the next page.
        start = (shown.number - 1) * PER_PAGE
        rows = list(revisions[start : start + PER_PAGE + 1])
        context = self._context(request, article, _("Revisions")) | {
            "page_obj": shown,
            "rows": [(row, changes_of(row, before)) for row, before in zip_longest(rows, rows[1:])][: len(shown)],
        }
        return render(request, "admin/articles/article/revisions.html", context)

    def revision(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """One of them against the one before it, or against what is stored now."""
        article = get_object_or_404(Article, pk=pk)
        self._refuse_unless_writable(request, article)
        revision = get_object_or_404(article.revisions, history_id=number)
        with_now = "now" in request.GET
        found = (
            differences(texts(revision), texts(article))
            if with_now
            else changes_of(revision, revision.prev_record)["texts"]
        )
        context = self._context(request, article, _("Revision")) | {
            "revision": revision,
            "with_now": with_now,
            "differences": found,
            "is_current": texts(revision) == texts(article),
            "body": revision.body,
        }
        return render(request, "admin/articles/article/revision.html", context)

    @method_decorator(require_POST)
    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        with transaction.atomic():
            # The lock keeps a save that happens at the same time from being lost.
            article = get_object_or_404(Article.objects.select_for_update(no_key=True), pk=pk)
            self._refuse_unless_writable(request, article)
            article.go_back_to(get_object_or_404(article.revisions, history_id=number))
        messages.success(request, _("The text of that revision is back. What was there before is a revision as well."))
        return redirect("admin:articles_article_change", pk)

    def _context(self, request: HttpRequest, article: Article, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "subtitle": str(article), "article": article}


def texts(row) -> dict[str, str]:
    return {"title": row.title, "lead": row.lead, "body": row.body}


def changes_of(revision, before) -> dict[str, Any]:
    """Against the revision before it: the differences of the texts, and the names of the other fields."""
    names = [name for name in tracked(revision) if name not in texts(revision)]
    others = [name for name in names if before and getattr(before, name) != getattr(revision, name)]
    return {
        "texts": differences(texts(before) if before else {}, texts(revision)),
        "others": [revision._meta.get_field(name).verbose_name for name in others],
        "is_first": before is None,
    }
