from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from articles import search
from articles.admin import HTTPS
from articles.models.search_text import with_tokens
from articles.search_query import parse
from comments import comment_search, verdict_admin
from comments.erasure import erase_visitor
from comments.forms import NumberForm
from comments.models import (
    Comment,
    CommentText,
    MisplacementReport,
    ModerationEvent,
    Notice,
    Policy,
    Refusal,
    Rule,
    Trackback,
    Vote,
)
from comments.policy_admin import PolicyAdmin
from comments.rule_admin import RuleAdmin
from comments.views import REFUSALS
from comments.vote_admin import VoteAdmin

admin.site.register(Vote, VoteAdmin)
admin.site.register(Rule, RuleAdmin)
admin.site.register(Policy, PolicyAdmin)


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
        return str(Comment.Status(event.status_before).label) if event.status_before else "–"


class ModerationEventInline(StatusBefore, admin.TabularInline):
    model = ModerationEvent
    fields = readonly_fields = ("created_at", "action", "was", "moderator")
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class MisplacedFilter(admin.SimpleListFilter):
    """What readers say stands in the wrong place, with their number, so that the owner sees it on the list."""

    title = _("place")
    parameter_name = "misplaced"

    def lookups(self, request, model_admin):
        waiting = Comment.objects.misplaced().count()
        return [("yes", _("reported as misplaced (%(n)d)") % {"n": waiting})]

    def queryset(self, request, queryset):
        return queryset.misplaced() if self.value() == "yes" else queryset


class NearPages(Paginator):
    """Counts no further than anybody turns pages: of a million rows that would take longer than all the rest."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[: self.MOST].count()  # type: ignore[attr-defined]


def _acts_of(visitor_key: str) -> dict[str, int]:
    """What can be erased of its author. Nobody's, as of all that was imported, is erased like this, and so not counted."""
    if not visitor_key:
        return {"written": 0, "voted": 0}
    return {
        "written": Comment.objects.filter(visitor_key=visitor_key).count(),
        "voted": Vote.objects.filter(visitor_key=visitor_key).count(),
    }


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Newest first, not in the order of the trees: a moderator reads what is new."""

    paginator = NearPages

    list_display = ["excerpt", "status", "author", "article_link", "score", "created_at"]
    list_filter = ["status", MisplacedFilter]
    search_fields = ["text", "author_name"]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    fields = (
        "article_link",
        "number",
        "answers",
        "author",
        "public_id",
        "address",
        "on_legal_hold",
        "text",
        "status",
        "score",
        "created_at",
        "page_link",
    )
    inlines = [ModerationEventInline]
    readonly_fields = ["article_link", "answers", "author", "page_link"]
    actions = ["approve", "remove", "restore", "mark_spam"]

    def get_queryset(self, request):
        # A list of a hundred comments is not to bring a hundred articles' bodies along.
        queryset = super().get_queryset(request).select_related("article")
        return queryset.defer("article__body", "article__body_source")

    def get_search_results(self, request, queryset, search_term):
        """By the index of the search, with its signs; a word may also stand in the name."""
        query = parse(search_term)
        if query.words():
            # Whoever decides on what was written a moment ago need not wait for `tick`.
            CommentText.objects.write_latest()
        found = comment_search.matching_among(queryset, query)
        if query.words():
            found |= with_tokens(queryset, query.words(), search.HEAD)
        return found, False

    def get_fields(self, request, obj=None):
        # Who may only look has no use for an address.
        hidden = () if self.has_moderate_permission(request) else ("address",)
        return [name for name in self.fields if name not in hidden]

    def lookup_allowed(self, lookup, value, request=None):
        # Django filters by any column in an address, so keys and addresses could be guessed letter by letter.
        return lookup.split("__")[0] in {
            "id",
            "status",
            "article",
            MisplacedFilter.parameter_name,
        } and super().lookup_allowed(lookup, value, request)

    def has_moderate_permission(self, request) -> bool:
        """Whether this member of the staff may decide on comments, not only look at them."""
        return request.user.has_perm("comments.change_comment")

    @admin.display(description=_("comment"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(f"#{comment.number} {comment.text}").chars(120)

    @admin.display(description=_("name"))
    def author(self, comment: Comment) -> str:
        return f"{comment.signature} ID:{comment.shown_id}" if comment.shown_id else comment.signature

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

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/move/", view(require_POST(self.move)), name="comments_comment_move"),
            path("<int:pk>/hold/", view(require_POST(self.hold)), name="comments_comment_hold"),
            path("<int:pk>/release/", view(require_POST(self.release)), name="comments_comment_release"),
            path("<int:pk>/erase/", view(require_POST(self.erase)), name="comments_comment_erase"),
            path("<int:pk>/dismiss/", view(require_POST(self.dismiss)), name="comments_comment_dismiss"),
            path("verdict/", view(require_safe(self.verdict)), name="comments_comment_verdict"),
            *super().get_urls(),
        ]

    def verdict(self, request):
        return verdict_admin.page(self, request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        comment = self.get_object(request, object_id)
        if comment and self.has_moderate_permission(request):
            best = MisplacementReport.objects.best_guess(comment) or comment.parent
            extra_context = {
                "move_form": NumberForm(comment.article, initial={"number": best.number if best else None}),
                "reports": comment.misplacement_reports.open().count(),
                **_acts_of(comment.visitor_key),
                **(extra_context or {}),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def move(self, request, pk: int):
        comment = self._comment_to_change(request, pk)
        form = NumberForm(comment.article, request.POST)
        if not form.is_valid():
            self.message_user(request, " ".join(map(str, form.errors["number"])), messages.ERROR)
        else:
            self._move(request, comment, form.answered)
        return redirect("admin:comments_comment_change", pk)

    def _move(self, request, comment: Comment, parent: Comment | None) -> None:
        try:
            if comment.move_to(parent, by=request.user):
                self.message_user(request, _("The comment was moved."), messages.SUCCESS)
            else:
                self.message_user(request, _("The comment stands there already."), messages.WARNING)
        except Refusal as refusal:
            self.message_user(request, REFUSALS[refusal.code][1], messages.ERROR)

    def dismiss(self, request, pk: int):
        """The comment stands where it belongs, whatever readers say."""
        self._comment_to_change(request, pk).decide(ModerationEvent.Action.DISMISS, by=request.user)
        self.message_user(request, _("The reports were dismissed."), messages.SUCCESS)
        return redirect("admin:comments_comment_change", pk)

    def hold(self, request, pk: int):
        if self._comment_to_change(request, pk).hold(by=request.user):
            self.message_user(request, _("The comment is kept for a legal claim."), messages.SUCCESS)
        return redirect("admin:comments_comment_change", pk)

    def release(self, request, pk: int):
        if self._comment_to_change(request, pk).release(by=request.user):
            self.message_user(request, _("The comment is no longer kept for a legal claim."), messages.SUCCESS)
        return redirect("admin:comments_comment_change", pk)

    def erase(self, request, pk: int):
        """This comment, or with `what=everything` all that its author wrote and voted."""
        comment = self._comment_to_change(request, pk)
        if "sure" not in request.POST:
            self.message_user(request, _("Nothing was erased: tick the box if you are sure."), messages.ERROR)
        elif request.POST.get("what") == "everything" and comment.visitor_key:
            done = erase_visitor(comment.visitor_key, by=request.user)
            text = _("Erased: %(comments)d comments, %(votes)d votes; kept for a legal claim: %(held)d comments.")
            self.message_user(request, text % vars(done), messages.WARNING if done.held else messages.SUCCESS)
        else:
            self._erase(request, comment)
        return redirect("admin:comments_comment_change", pk)

    def _erase(self, request, comment: Comment) -> None:
        try:
            comment.erase(by=request.user)
            self.message_user(request, _("The comment was erased."), messages.SUCCESS)
        except Refusal as refusal:
            self.message_user(request, REFUSALS[refusal.code][1], messages.ERROR)

    def _comment_to_change(self, request, pk: int) -> Comment:
        comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk)
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        return comment

    @admin.action(permissions=["moderate"], description=_("Approve"))
    def approve(self, request, queryset):
        self._decide(request, queryset, Comment.approve)

    @admin.action(permissions=["moderate"], description=_("Remove"))
    def remove(self, request, queryset):
        self._decide(request, queryset, Comment.remove)

    @admin.action(permissions=["moderate"], description=_("Restore"))
    def restore(self, request, queryset):
        self._decide(request, queryset, Comment.restore)

    @admin.action(permissions=["moderate"], description=_("Mark as spam"))
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
    list_display = ["created_at", "action", "subject", "was", "moderator"]
    readonly_fields = ["subject", "was"]
    list_filter = ["action"]
    fields = ("created_at", "action", "subject", "was", "moderator")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("comment", "exclusion__article", "moderator")
        return rows.defer("exclusion__article__body", "exclusion__article__body_source")

    @admin.display(description=_("decided on"))
    def subject(self, event: ModerationEvent) -> str:
        return str(event.comment or event.exclusion)


class UnsentFilter(admin.SimpleListFilter):
    title = _("sent")
    parameter_name = "sent"

    def lookups(self, request, model_admin):
        return [("no", _("not yet"))]

    def queryset(self, request, queryset):
        return queryset.unsent() if self.value() == "no" else queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """The outbox, so that a server that takes nothing is seen."""

    # Under names of their own: the columns have no verbose names.
    fields = readonly_fields = list_display = ("written", "what", "way", "sent", "tries", "last_error")
    list_filter = [UnsentFilter]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False

    @admin.display(description=_("written"))
    def written(self, notice: Notice):
        return notice.created_at

    @admin.display(description=_("notice"))
    def what(self, notice: Notice) -> str:
        return notice.get_kind_display()

    @admin.display(description=_("way"))
    def way(self, notice: Notice) -> str:
        return notice.get_channel_display()

    @admin.display(description=_("sent"))
    def sent(self, notice: Notice):
        return notice.sent_at

    @admin.display(description=_("attempts"))
    def tries(self, notice: Notice) -> int:
        return notice.attempts

    @admin.display(description=_("last error"))
    def last_error(self, notice: Notice) -> str:
        return notice.error


@admin.register(Trackback)
class TrackbackAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display = ["__str__", "kind", "article", "is_published", "created_at"]
    list_filter = ["kind", "is_published"]
    search_fields = ["title", "url", "blog_name"]
    autocomplete_fields = ["article"]
