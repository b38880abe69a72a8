from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict

from articles.admin.form import ArticleForm
from articles.models import Article


class WritingAdmin(admin.ModelAdmin):
    """What autosaving, previews and revisions have in common."""

    form = ArticleForm

    def _form_of(self, request: HttpRequest, article: Article | None, data: QueryDict, **kwargs) -> ArticleForm:
        """The form with this content, as a save would take it."""
        make: type[ArticleForm] = self.get_form(request, article, change=article is not None)  # type: ignore[assignment]
        return make(data, instance=article, **kwargs)

    def _refuse_unless_writable(self, request: HttpRequest, article: Article | None) -> None:
        """None: a new article."""
        allowed = self.has_change_permission(request, article) if article else self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied
