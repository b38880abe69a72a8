"""The owner's rules for all discussions, at the place of the admin's list of policies: one row, one form."""

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from comments.models import Policy


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = (
            "premoderation",
            "is_closed",
            "close_after_days",
            "hide_after_reports",
            "valve_factor",
            "digest_minutes",
            "has_public_log",
        )
        help_texts = {
            "premoderation": _(
                "Which comments wait until you have looked at them. An article can have a choice of its own. "
                "The form says so before anybody types."
            ),
            "is_closed": _("Nobody can write, reply or move a comment. What is there stays readable."),
            "hide_after_reports": _(
                "When readers from so many different networks have reported a comment, it is hidden until you have "
                "looked at it. 0: reports hide nothing. Comments of the staff are never hidden by reports."
            ),
            "has_public_log": _(
                "A page for everybody, linked at the foot of the site: what was decided, when and why, without the "
                "names of readers or moderators."
            ),
            "valve_factor": _(
                "When so many times more is written in a minute than usual, comments of new readers are held until "
                "it is quiet again; known ones appear as always. 0: never."
            ),
            "digest_minutes": _("What comes in between two messages is told in one. 0: each by itself."),
        }


class PolicyAdmin(admin.ModelAdmin):
    """A single form without a list; nothing is added and nothing deleted."""

    form = PolicyForm
    fieldsets = (
        (_("Who may write"), {"fields": ("is_closed", "close_after_days")}),
        (_("What you look at first"), {"fields": ("premoderation", "hide_after_reports", "valve_factor")}),
        (_("Who hears of it"), {"fields": ("digest_minutes", "has_public_log")}),
    )

    def has_change_permission(self, request, obj=None):
        """Whoever decides on comments, or was given the policy alone."""
        return request.user.has_perm("comments.change_comment") or request.user.has_perm("comments.change_policy")

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request)

    def has_module_permission(self, request):
        return self.has_change_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_object(self, request, object_id, from_field=None):
        return Policy.objects.current() if str(object_id) == "1" else None

    def changelist_view(self, request, extra_context=None):
        """The form itself."""
        shown = {"show_save_and_continue": False, "title": _("Rules for comments"), "subtitle": None}
        return self.changeform_view(request, "1", extra_context=shown | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("admin:comments_policy_changelist")

    def save_model(self, request, obj, form, change):
        # The valve writes other columns of this row at any time: only what was changed here is written.
        Policy.objects.get_or_create(pk=1)
        if form.changed_data:
            obj.save(force_update=True, update_fields=form.changed_data)
