"""The owner's rules (NG words). None is saved before it was shown what it would have caught."""

from functools import partial
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from comments import tryout
from comments.models import Rule
from comments.rules import check_pattern
from comments.starter_rules import GROUPS, StarterRule

# The code of what looks like an error to Django and is none: the rule is to be looked at before it is saved.
LOOK_FIRST = "look_first"


class RuleForm(forms.ModelForm):
    # What has been tried, so that something else typed since is not saved unseen.
    tried = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Rule
        fields = ("pattern", "kind", "action", "message", "expires_at", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django names the date and the time by words that belong to no field.
        for widget, name in zip(
            self.fields["expires_at"].widget.widgets, (_("Until: date"), _("Until: time")), strict=True
        ):
            widget.attrs["aria-label"] = name

    def clean(self):
        data = super().clean()
        kind, pattern = data.get("kind"), data.get("pattern")
        if kind and pattern:
            self._check(kind, pattern)
        if data.get("action") == Rule.Action.REFUSE and not data.get("message"):
            self.add_error("message", _("Write the sentence that the reader is shown."))
        return data

    def _check(self, kind: str, pattern: str) -> None:
        try:
            check_pattern(kind, pattern)
        except ValidationError as error:
            self.add_error("pattern", error)

    def _post_clean(self):
        # After the model's own checks: what cannot be saved need not be tried.
        super()._post_clean()
        if not self.errors and self._is_to_be_tried():
            self.data = self.data.copy()
            self.data[self.add_prefix("tried")] = self._seen()
            self.add_error(None, ValidationError("", code=LOOK_FIRST))

    def _is_to_be_tried(self) -> bool:
        if "_try" in self.data:
            return True
        is_changed = self.instance._state.adding or {"pattern", "kind"} & set(self.changed_data)
        return bool(is_changed) and self.cleaned_data.get("tried") != self._seen()

    def _seen(self) -> str:
        return f"{self.cleaned_data['kind']} {self.cleaned_data['pattern']}"

    @property
    def is_looked_at(self) -> bool:
        """Whether nothing stands in the way of saving but that the owner look first."""
        return self.is_bound and self.has_error(NON_FIELD_ERRORS, LOOK_FIRST)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("in_force", _("in force")), ("expired", _("expired"))]

    def queryset(self, request, queryset):
        chosen = {"in_force": queryset.in_force, "expired": queryset.expired}.get(self.value())
        return chosen() if chosen else queryset


class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    fields = tuple(RuleForm.Meta.fields)
    list_display = ["pattern", "kind", "action", "expires_at", "state", "note"]
    list_filter = [StateFilter, "action", "kind"]
    search_fields = ["pattern", "note", "message"]
    ordering = ["-changed_at", "-pk"]

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """The same that decides on comments."""
        return request.user.has_perm("comments.change_comment")

    def has_view_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_module_permission(self, request):
        return self.has_moderate_permission(request)

    def has_add_permission(self, request):
        return self.has_moderate_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    @admin.display(description=gettext_lazy("state"))
    def state(self, rule: Rule) -> str:
        return _("in force") if rule.is_in_force else _("expired")

    def save_model(self, request, obj, form, change):
        # One row that nobody else's decision depends on; the unique constraint keeps out a second one.
        obj.moderator = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        if getattr(form, "is_looked_at", False):
            # When the page is rendered, after the transaction of the form: nobody waits for a lock meanwhile.
            tried = SimpleLazyObject(partial(tryout.try_out, [form.instance]))
            context |= {"errors": None, "tried": tried, "asked": tryout.COMMENTS}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.suggested))
        return [path("suggested/", view, name="comments_rule_suggested"), *super().get_urls()]

    def suggested(self, request: HttpRequest) -> HttpResponse:
        """The suggested rules with what each would have caught, and the chosen ones added."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._add_suggested(request)
        tried = tryout.try_out(rule for group in GROUPS for rule in group.rules)
        there = set(Rule.objects.values_list("kind", "pattern"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Suggested rules"),
            "opts": self.opts,
            "tried": tried,
            "groups": [(group.title, [_row(rule, tried, there) for rule in group.rules]) for group in GROUPS],
        }
        return TemplateResponse(request, "admin/comments/rule/suggested.html", context)

    def _add_suggested(self, request: HttpRequest) -> HttpResponse:
        rules, groups = set(request.POST.getlist("rule")), set(request.POST.getlist("group"))
        suggested = [
            rule for n, group in enumerate(GROUPS) for rule in group.rules if rule.key in rules or str(n) in groups
        ]
        if added := Rule.objects.add_suggested(suggested, by=request.user):
            text = ngettext("%(n)d rule was added.", "%(n)d rules were added.", added)
            self.message_user(request, text % {"n": added}, messages.SUCCESS)
        else:
            self.message_user(request, _("No rule was added: choose some that are not there yet."), messages.WARNING)
        return redirect("admin:comments_rule_changelist")


def _row(rule: StarterRule, tried: tryout.TryOut, there: set[tuple[str, str]]) -> dict:
    named = (rule.kind, rule.pattern)
    return {
        "rule": rule,
        "action": Rule.Action(rule.action).label,
        "is_regex": rule.kind == Rule.Kind.REGEX,
        "caught": tried.by_rule[named],
        "is_there": named in there,
        # Its form, filled in: to see which they are, or to change it first.
        "asked": urlencode(rule._asdict()),
    }
