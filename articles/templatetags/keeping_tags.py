from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from articles.keeping import kept

register = template.Library()


class KeptNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        request = context.get("request")
        if request is None:
            return self.nodelist.render(context)
        key = (get_language(), self.name.resolve(context))
        return kept(request, key, lambda: mark_safe(self.nodelist.render(context)))  # noqa: S308 a template made it


@register.tag("kept")
def do_kept(parser, token):
    """`{% kept "footer" %}…{% endkept %}`: rendered once per version of the site and language (`articles/keeping.py`).

    What is inside must be the same wherever the name is.
    """
    _, name = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, parser.compile_filter(name))
