from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.snippets import Part

register = template.Library()


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """The parts of a text, the hits among them marked."""
    texts = [f"<mark>{escape(text)}</mark>" if is_hit else escape(text) for text, is_hit in parts]
    return mark_safe("".join(texts))  # noqa: S308 escaped
