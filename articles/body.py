"""The one HTML policy of the site, for the editor, the importer and every exit.

What is not named here is dropped: scripts, styles, frames, handlers, forms.
Frames and embedded players are turned into links before (`importing`), because
nothing from another site may load in a reader's page.
"""

import html as entities
import re

import nh3

# Time and memory of the sanitiser grow with the square of the nesting depth
# (20,000 nested tags take a second), so longer texts are refused unread.
MAX_LENGTH = 500_000

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "div", "span"),
    *("ul", "ol", "li", "dl", "dt", "dd", "details", "summary"),
    *("a", "abbr", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup"),
    *("cite", "code", "dfn", "kbd", "q", "samp", "var", "time", "ruby", "rb", "rt", "rp", "bdi", "wbr"),
    *("figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"datetime"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "*": {"lang", "id"},
}
CLASSES = {"figure": {"figure--start", "figure--end"}}


def _own_names(tag: str, attribute: str, value: str) -> str:
    """Ids of a body in a room of their own: none can be taken for the page's, such as `c12`."""
    if attribute == "id" and not value.startswith("body-"):
        return f"body-{value}"
    if attribute == "href" and value.startswith("#") and not value.startswith("#body-"):
        return f"#body-{value[1:]}"
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
    attribute_filter=_own_names,
    clean_content_tags={"script", "style", "iframe", "object", "noscript", "template", "textarea", "title"},
)


class BodyTooLong(ValueError):
    """The HTML is longer than MAX_LENGTH characters."""


def clean(html: str) -> str:
    """The HTML with only what the policy allows; cleaning twice changes nothing more.

    Raises BodyTooLong for more than MAX_LENGTH characters.
    """
    if len(html) > MAX_LENGTH:
        raise BodyTooLong(f"{len(html)} characters, at most {MAX_LENGTH}")
    cleaned = _cleaner.clean(html)
    return "" if re.fullmatch(r"(<p>(\s|<br>|&nbsp;)*</p>|\s)*", cleaned) else cleaned


def plain_text(html: str) -> str:
    """The words alone, white space folded: for leads and descriptions."""
    spaced = re.sub(r"<(br|/p|/h[2-6]|/li|/div|/td|/th)\b[^>]*>", r"\g<0> ", html)
    text = nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style", "figure"})
    return " ".join(entities.unescape(text).split())
