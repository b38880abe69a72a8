"""The owner's page of suspicious votes, at the place of the admin's list of votes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from comments import suspicion
from comments.models import VoteExclusion
from comments.models.exclusion import Amount

# How many of those that have ended are still shown; all are under the moderation events.
ENDED_MOST = 20


class LeaveOutForm(forms.Form):
    """Whose votes are not to count, and where."""

    visitor_key = forms.CharField(max_length=32, required=False)
    network_key = forms.CharField(max_length=32, required=False)
    article = forms.ModelChoiceField(Article.objects.defer("body", "body_source"), required=False)

    def clean(self):
        data = super().clean()
        if bool(data.get("visitor_key")) == bool(data.get("network_key")):
            raise forms.ValidationError(gettext_lazy("Choose one network or one visitor."))
        return data


class VoteAdmin(admin.ModelAdmin):
    """Votes are looked at in sum, never one by one, and never changed."""

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """The same that decides on comments."""
        return request.user.has_perm("comments.change_comment")

    def has_view_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_module_permission(self, request):
        return self.has_moderate_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(require_safe(self.suspicious)), name="comments_vote_changelist"),
            path("leave-out/", view(require_POST(self.leave_out)), name="comments_vote_leave_out"),
            path("<int:pk>/count-again/", view(require_POST(self.count_again)), name="comments_vote_count_again"),
        ]

    def suspicious(self, request: HttpRequest) -> HttpResponse:
        self._refuse_others(request)
        exclusions = VoteExclusion.objects.with_votes().select_related("article", "moderator")
        exclusions = exclusions.defer("article__body", "article__body_source")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Suspicious votes"),
            "opts": self.opts,
            "cases": suspicion.cases(),
            "days": suspicion.LOOK_BACK.days,
            "in_force": exclusions.in_force().newest_first(),
            "ended": exclusions.ended().order_by("-ended_at", "-pk")[:ENDED_MOST],
        }
        return TemplateResponse(request, "admin/comments/vote/change_list.html", context)

    def leave_out(self, request: HttpRequest) -> HttpResponse:
        self._refuse_others(request)
        form = LeaveOutForm(request.POST)
        if not form.is_valid():
            errors = [str(error) for field in form.errors.values() for error in field]
            self.message_user(request, " ".join(errors), messages.ERROR)
        elif exclusion := VoteExclusion.objects.leave_out(by=request.user, **form.cleaned_data):
            self._tell(request, _("Left out: %(amount)s."), exclusion.recounted)
        else:
            text = _("Nothing was changed: they are left out already, or have no votes there.")
            self.message_user(request, text, messages.WARNING)
        return redirect("admin:comments_vote_changelist")

    def count_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._refuse_others(request)
        exclusion = get_object_or_404(VoteExclusion, pk=pk)
        if exclusion.end(by=request.user):
            self._tell(request, _("Counted again: %(amount)s."), exclusion.recounted)
        else:
            self.message_user(request, _("Nothing was changed: it had been ended before."), messages.WARNING)
        return redirect("admin:comments_vote_changelist")

    def _refuse_others(self, request: HttpRequest) -> None:
        if not self.has_moderate_permission(request):
            raise PermissionDenied

    def _tell(self, request: HttpRequest, text: str, changed: Amount) -> None:
        self.message_user(request, text % {"amount": changed}, messages.SUCCESS)
