from django import template

from comments.dashboard import Dashboard

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html", takes_context=True)
def dashboard(context) -> dict:
    """Today's figures and what waits, for the admin's first page."""
    names = ("csrf_token", "policy")
    return {name: context.get(name) for name in names} | {"board": Dashboard(context["request"].user)}
