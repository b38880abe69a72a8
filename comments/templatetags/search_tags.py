from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.snippets import Part

register = template.Library()


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """The parts of a text, the hits among them marked."""
    texts = ((escape(part.text), part.is_hit) for part in parts)
    return mark_safe("".join(f"<mark>{text}</mark>" if is_hit else text for text, is_hit in texts))  # noqa: S308 escaped
