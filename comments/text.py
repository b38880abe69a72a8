"""From what a reader typed to the HTML of a comment.

Comments are plain text: everything is escaped, addresses become links and
line breaks stay. Django's `urlize` is not used, because in Japanese no space
stands before or after an address: it takes `参考https://example.com/aです。`
for one link.
"""

import re
import unicodedata

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# The longest comment of a page with 46 was 253 characters; this leaves room
# for a long answer and none for a pasted book. Characters, not bytes.
MAX_LENGTH = 5_000

# Only what may stand in an address by RFC 3986, so that 「です。」 ends it.
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
SHOWN_LENGTH = 60

# Spaces, joiners, direction marks and what only changes the character before it.
UNSEEN = {"Cf", "Zs", "Zl", "Zp", "Mn"}


def normalise(text: str) -> str:
    """Line ends as one newline, no white space at the ends, at most two empty lines in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip()


def unprintable(text: str) -> str:
    """The first character that cannot be part of a comment, "" when there is none.

    Control characters other than tab and newline, lone surrogates, and
    U+FFFD, which stands where the bytes sent were not text.
    """
    for character in text:
        if character in "\n\t":
            continue
        if character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cs"}:
            return character
    return ""


def is_blank(text: str) -> bool:
    """True when nothing in the text can be seen: white space, joiners and other invisible characters."""
    return all(unicodedata.category(character) in UNSEEN or character in "\n\t\u3164" for character in text)


def render(text: str) -> SafeString:
    """The HTML of a comment: paragraphs at empty lines, `<br>` at line ends, links."""
    paragraphs = re.split(r"\n{2,}", text)
    return format_html_join("\n", "<p>{}</p>", ((_lines(paragraph),) for paragraph in paragraphs))


def _lines(paragraph: str) -> SafeString:
    return mark_safe("<br>".join(_linked(line) for line in paragraph.split("\n")))  # noqa: S308 each part is escaped


def _linked(line: str) -> str:
    parts, end = [], 0
    for match in ADDRESS.finditer(line):
        address = _without_trailing_punctuation(match.group())
        if address.partition("://")[2]:
            parts += [escape(line[end : match.start()]), _link(address)]
            end = match.start() + len(address)
    return "".join([*parts, escape(line[end:])])


def _without_trailing_punctuation(address: str) -> str:
    """A full stop or a bracket after an address belongs to the sentence."""
    while address and (address[-1] in ".,:;!?'*([" or (address[-1] in ")]" and not _is_balanced(address))):
        address = address[:-1]
    return address


def _is_balanced(address: str) -> bool:
    return address.count("(") == address.count(")") and address.count("[") == address.count("]")


def _link(address: str) -> SafeString:
    shown = address.partition("://")[2]
    if len(shown) > SHOWN_LENGTH:
        shown = shown[: SHOWN_LENGTH - 1] + "…"
    return format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', address, shown)
