from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from articles.keeping import kept

register = template.Library()


class KeptNode(template.Node):
    def __init__(self, nodelist, keys, condition):
        self.nodelist, self.keys, self.condition = nodelist, keys, condition

    def render(self, context):
        request = context.get("request")
        if request is None or (self.condition and not self.condition.resolve(context, ignore_failures=True)):
            return self.nodelist.render(context)
        key = (get_language(), *(key.resolve(context) for key in self.keys))
        return kept(request, key, lambda: mark_safe(self.nodelist.render(context)))  # noqa: S308 a template made it


@register.tag("kept")
def do_kept(parser, token):
    """`{% kept "footer" %}…{% endkept %}`: rendered once per version of the site and language (`articles/keeping.py`).

    What is inside must be the same wherever the name and the further keys are, and where it cannot be said
    of every page that has it, the view says so: `{% kept "text" article.pk if may_be_kept %}`.
    """
    _, *words = token.split_contents()
    condition = parser.compile_filter(words[-1]) if words[-2:-1] == ["if"] else None
    keys = [parser.compile_filter(word) for word in (words[:-2] if condition else words)]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, keys, condition)
