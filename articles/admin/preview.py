"""An article as readers will see it, before they can: for the owner, and by a secret link for a colleague."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import revising
from articles.admin.writing import WritingAdmin
from articles.models import Article


class PreviewMixin(WritingAdmin):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(self.preview_typed), name="articles_article_preview_new"),
            path("<int:pk>/preview/", wrap(self.preview), name="articles_article_preview"),
            path("<int:pk>/preview/typed/", wrap(self.preview_typed), name="articles_article_preview_typed"),
            path("<int:pk>/preview/link/", wrap(self.preview_link_page), name="articles_article_preview_link"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of what is saved."""
        article = get_object_or_404(Article.objects.with_all(), pk=pk)
        if not self.has_view_or_change_permission(request, article):
            raise Http404
        return render(request, "articles/article.html", {"article": article, "preview": not article.is_public})

    @method_decorator([require_POST, never_cache])
    def preview_typed(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The page of what stands in the form: saved, rendered from the rows that readers will get, and taken back."""
        stored = get_object_or_404(Article, pk=pk) if pk else None
        self._refuse_unless_writable(request, stored)
        with transaction.atomic():
            made = self._saved_for_a_moment(request, stored)
            article = Article.objects.with_all().get(pk=made.pk)
            context = {"article": article, "preview": True, "unsaved": True}
            response = render(request, "articles/article.html", context)
            transaction.set_rollback(True)
        return response

    def _saved_for_a_moment(self, request: HttpRequest, stored: Article | None) -> Article:
        form = self._form_of(request, stored, request.POST)
        form.is_valid()
        article = form.instance
        # What cannot be taken as it was typed is shown as it was.
        for name in set(form.errors) & {field.name for field in Article._meta.concrete_fields}:
            setattr(article, name, getattr(form.stored, name))
        with revising.without_revision(article):
            article.save()
        article.tags.set(form.cleaned_data.get("tags") or [])
        formsets, _inlines = self._create_formsets(request, article, change=stored is not None)  # type: ignore[attr-defined]
        for formset in formsets:
            if formset.is_valid():
                formset.save()
        return article

    def preview_link_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes, shows, renews and revokes the link by which a colleague without an account may read."""
        article = get_object_or_404(Article.objects.only("title", "preview_secret", "status", "published_at"), pk=pk)
        self._refuse_unless_writable(request, article)
        if request.method == "POST":
            self._share_or_stop(request, article)
            return redirect("admin:articles_article_preview_link", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview link"),
            "article": article,
            "address": request.build_absolute_uri(article.preview_address) if article.preview_secret else "",
            "form_address": reverse("admin:articles_article_change", args=[pk]),
        }
        return render(request, "admin/articles/article/preview_link.html", context)

    def _share_or_stop(self, request: HttpRequest, article: Article) -> None:
        if "make" in request.POST:
            article.share_preview()
            messages.success(request, _("This is the link. An older one has ended."))
        else:
            article.stop_sharing_preview()
            messages.success(request, _("The link has ended: it opens nothing any more."))
