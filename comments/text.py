"""From what a reader typed to the HTML of a comment.

Comments are plain text: everything is escaped, addresses become links and
line breaks stay. Django's `urlize` is not used, because in Japanese no space
stands before or after an address: it takes `参考https://example.com/aです。`
for one link. `>>12` becomes a link to comment 12 of the same article.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles.folding import fold

# The longest comment of a page with 46 was 253 characters; this leaves room
# for a long answer and none for a pasted book. Characters, not bytes.
MAX_LENGTH = 5_000

# Only what may stand in an address by RFC 3986, so that 「です。」 ends it.
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
SHOWN_LENGTH = 60

# >>12, ＞＞12 and >>12-15, in the digits and dashes that a Japanese keyboard
# gives. Three signs are a prompt or a quotation of a quotation, not an anchor.
_DIGITS = "[0-9０-９]{1,7}(?![0-9０-９])"
ANCHOR = re.compile(f"(?<![>＞])([>＞]{{2}})({_DIGITS})(?:([-－‐–ー~〜～])({_DIGITS}))?")

# A text that names everybody would write a back-link under every comment.
MAX_CITED = 20
MAX_RANGE = 10

# 「それはおかしいと思います」 is said by many; so much is not said twice by chance.
FINGERPRINT_LENGTH = 20

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


def fingerprint(text: str) -> str:
    """16 hex digits that the same words have however they are written, "" for what many people say alike."""
    words = "".join(fold(text).split())
    if len(words) < FINGERPRINT_LENGTH:
        return ""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def render(text: str, article_id: int | None = None) -> SafeString:
    """The HTML of a comment: paragraphs at empty lines, `<br>` at line ends, links.

    Anchors such as `>>12` lead to comments of the article; without one they stay text.
    """
    paragraphs = re.split(r"\n{2,}", text)
    return mark_safe("\n".join(f"<p>{_lines(paragraph, article_id)}</p>" for paragraph in paragraphs))  # noqa: S308 escaped


def cited_numbers(text: str) -> list[int]:
    """The numbers that the text names by anchors, each once, in the order of the text.

    At most MAX_CITED; of a range the first MAX_RANGE.
    """
    numbers: dict[int, None] = {}
    for match in ANCHOR.finditer(text):
        first, last = int(match[2]), int(match[4] or match[2])
        numbers |= dict.fromkeys(range(max(first, 1), min(last, first + MAX_RANGE - 1) + 1) or [first])
    numbers.pop(0, None)
    return list(numbers)[:MAX_CITED]


def _lines(paragraph: str, article_id: int | None) -> SafeString:
    if "://" not in paragraph and not ANCHOR.search(paragraph):
        return mark_safe(escape(paragraph).replace("\n", "<br>"))  # noqa: S308 escaped
    lines = ("".join(_linked(line, article_id)) for line in paragraph.split("\n"))
    return mark_safe("<br>".join(lines))  # noqa: S308 each part is escaped


def _linked(line: str, article_id: int | None) -> Iterator[str]:
    end = 0
    for match in ADDRESS.finditer(line):
        address = _without_trailing_punctuation(match.group())
        if address.partition("://")[2]:
            yield from _anchored(line[end : match.start()], article_id)
            yield _link(address)
            end = match.start() + len(address)
    yield from _anchored(line[end:], article_id)


def _anchored(words: str, article_id: int | None) -> Iterator[str]:
    """The words escaped, their anchors as links: of a range both ends."""
    end = 0
    for match in ANCHOR.finditer(words) if article_id else ():
        signs, first, dash, last = match.groups()
        yield escape(words[end : match.start()])
        yield _anchor(article_id, first, signs)
        if last:
            yield escape(dash) + _anchor(article_id, last)
        end = match.end()
    yield escape(words[end:])


def _anchor(article_id: int | None, digits: str, signs: str = "") -> SafeString:
    # int() reads full-width digits too. No comment has the number 0.
    if (number := int(digits)) == 0:
        return escape(signs + digits)
    # By number, not #c12: the comment may stand on another page, or on none.
    address = reverse("comments:numbered", args=[article_id, number])
    return format_html('<a href="{}" class="anchor" data-number="{}">{}{}</a>', address, number, signs, digits)


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
