from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.admin import HTTPS
from comments.models import Comment, ModerationEvent, Trackback


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are looked at here and changed only by verbs."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class StatusBefore:
    @admin.display(description=_("status before"))
    def was(self, event: ModerationEvent) -> str:
        return str(Comment.Status(event.status_before).label)


class ModerationEventInline(StatusBefore, admin.TabularInline):
    model = ModerationEvent
    fields = readonly_fields = ("created_at", "action", "was", "moderator")
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Newest first, not in the order of the trees: a moderator reads what is new."""

    list_display = ["excerpt", "status", "author", "article_link", "score", "created_at"]
    list_filter = ["status"]
    search_fields = ["text", "author_name"]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    fields = ("article_link", "number", "answers", "author", "text", "status", "score", "created_at", "page_link")
    inlines = [ModerationEventInline]
    readonly_fields = ["article_link", "answers", "author", "page_link"]
    actions = ["approve", "remove", "restore", "mark_spam"]

    def get_queryset(self, request):
        # A list of a hundred comments is not to bring a hundred articles' bodies along.
        queryset = super().get_queryset(request).select_related("article")
        return queryset.defer("article__body", "article__body_source")

    @admin.display(description=_("comment"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(f"#{comment.number} {comment.text}").chars(120)

    @admin.display(description=_("name"))
    def author(self, comment: Comment) -> str:
        return comment.author_name or str(_("Anonymous"))

    @admin.display(description=_("article"))
    def article_link(self, comment: Comment) -> str:
        return format_html('<a href="{}">{}</a>', comment.article.get_absolute_url(), comment.article)

    @admin.display(description=_("in reply to"))
    def answers(self, comment: Comment) -> str:
        return str(comment.parent) if comment.parent else "–"

    @admin.display(description=_("on the page"))
    def page_link(self, comment: Comment) -> str:
        if not comment.is_published or not comment.article.is_public:
            return "–"
        return format_html('<a href="{}">#{}</a>', comment.get_absolute_url(), comment.number)

    @admin.action(description=_("Approve"))
    def approve(self, request, queryset):
        self._decide(request, queryset, Comment.approve)

    @admin.action(description=_("Remove"))
    def remove(self, request, queryset):
        self._decide(request, queryset, Comment.remove)

    @admin.action(description=_("Restore"))
    def restore(self, request, queryset):
        self._decide(request, queryset, Comment.restore)

    @admin.action(description=_("Mark as spam"))
    def mark_spam(self, request, queryset):
        self._decide(request, queryset, Comment.mark_spam)

    def _decide(self, request, queryset, verb):
        decided = [verb(comment, by=request.user) for comment in queryset]
        done, left = sum(decided), len(decided) - sum(decided)
        if done:
            text = ngettext("%(n)d comment was changed.", "%(n)d comments were changed.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)
        if left:
            text = ngettext(
                "%(n)d comment was left as it is, because its status does not allow this.",
                "%(n)d comments were left as they are, because their status does not allow this.",
                left,
            )
            self.message_user(request, text % {"n": left}, messages.WARNING)


@admin.register(ModerationEvent)
class ModerationEventAdmin(StatusBefore, ReadOnlyAdmin):
    list_display = ["created_at", "action", "comment", "was", "moderator"]
    readonly_fields = ["was"]
    list_filter = ["action"]
    list_select_related = ["comment", "moderator"]
    fields = ("created_at", "action", "comment", "was", "moderator")


@admin.register(Trackback)
class TrackbackAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display = ["__str__", "kind", "article", "is_published", "created_at"]
    list_filter = ["kind", "is_published"]
    list_select_related = ["article"]
    search_fields = ["title", "url", "blog_name"]
    autocomplete_fields = ["article"]
