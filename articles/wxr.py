"""WXR, the export file of WordPress, read as a stream of plain records.

Exports are hundreds of megabytes, come out of twenty years of databases and
break off when PHP runs out of time. So a file is decoded here (what is not
text becomes U+FFFD), control characters, which no XML parser reads past, are
dropped, and each item is forgotten when it has been handed on. No database,
and nothing of what a file says is believed here: links between records may
lead nowhere.

Versions 1.0 to 1.2 differ in their namespace only. The fields are those of
wp-admin/includes/export.php.
"""

import codecs
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

NAMESPACE = re.compile(r"https?://wordpress\.org/export/\d+(?:\.\d+)*/")
PREFIXES = (
    (re.compile(rf"\{{{NAMESPACE.pattern}excerpt/\}}"), "excerpt:"),
    (re.compile(rf"\{{{NAMESPACE.pattern}\}}"), "wp:"),
    (re.compile(r"\{http://purl\.org/rss/1\.0/modules/content/\}"), "content:"),
    (re.compile(r"\{http://purl\.org/dc/elements/1\.1/\}"), "dc:"),
)

# What XML 1.0 has no place for, plain or written as &#8;.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));",
    re.IGNORECASE,
)
UNFINISHED_REFERENCE = re.compile(r"&[#0-9A-Za-z]{0,10}\Z")
ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ROOT = re.compile(r"<[A-Za-z_]")
DECLARED_ENCODING = re.compile(rb"""\A<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

# Codes of expat's XML_Error: no element found, unclosed token, partial character, unclosed CDATA section.
CUT_OFF = {3, 5, 6, 20}


class WxrError(Exception):
    """A file that cannot be imported; the message is for the owner."""


@dataclass(frozen=True)
class Site:
    """Where the export came from: `source` is the blog's host and path."""

    title: str
    source: str


@dataclass(frozen=True)
class Author:
    login: str
    display_name: str
    id: str = ""


@dataclass(frozen=True)
class Term:
    taxonomy: str
    slug: str
    name: str
    parent: str = ""
    description: str = ""


@dataclass(frozen=True)
class Comment:
    id: str
    parent: str
    type: str
    approved: str
    author: str
    url: str
    content: str
    created_at: datetime | None
    meta: dict[str, str]
    # Who was signed in, "0" for a reader.
    user_id: str = ""


@dataclass(frozen=True)
class Item:
    """A post of any type. `terms` are its categories and tags, in order."""

    id: str
    type: str
    status: str
    title: str
    link: str
    guid: str
    author: str
    slug: str
    content: str
    excerpt: str
    published_at: datetime | None
    password: str
    comment_status: str
    terms: tuple[Term, ...]
    comments: tuple[Comment, ...]
    meta: dict[str, str]


Record = Site | Author | Term | Item


@dataclass
class Faults:
    """What was read past."""

    control_characters: int = 0
    unreadable_characters: int = 0


def read(path: str | Path, faults: Faults) -> Iterator[Record]:
    """The records of the file in its order, the site first; `faults` is filled on the way.

    Raises WxrError, also in the middle when the file is cut off there.
    """
    try:
        with open(path, "rb") as file:
            if not file.peek(1):
                raise WxrError(_("%(file)s is empty.") % {"file": path})
            yield from _Reader(Text(file, faults)).records()
    except OSError as error:
        raise WxrError(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error
    except ET.ParseError as error:
        raise _explained(error) from error


def _explained(error: ET.ParseError) -> WxrError:
    place = {"line": error.position[0], "column": error.position[1] + 1, "why": str(error).partition(":")[0]}
    if error.code in CUT_OFF:
        return WxrError(
            _("The file is cut off: it ends in line %(line)d in the middle of an element. Export it again.") % place
        )
    return WxrError(_("The file is broken in line %(line)d, column %(column)d (%(why)s).") % place)


class Text:
    """The file as text that an XML parser takes, in pieces."""

    def __init__(self, file: BinaryIO, faults: Faults):
        self.file = file
        self.faults = faults
        self.decoder = _decoder(file.peek(200)[:200])  # type: ignore[attr-defined]
        self.prolog: str | None = ""
        self.has_begun = False
        self.held_back = ""

    def read(self, size: int = -1) -> str:
        # An empty answer means the end, and a piece may hold nothing but half a character.
        text = ""
        while not text and (data := self.file.read(size)):
            text = self._filtered(self.decoder.decode(data))
        return text or self._filtered(self.decoder.decode(b"", final=True), at_end=True)

    def _filtered(self, text: str, *, at_end: bool = False) -> str:
        self.faults.unreadable_characters += text.count("\ufffd")
        text, self.held_back = self.held_back + text, ""
        if not at_end and (reference := UNFINISHED_REFERENCE.search(text)):
            text, self.held_back = text[: reference.start()], reference[0]
        text, dropped = CONTROL.subn("", text)
        self.faults.control_characters += dropped
        if not self.has_begun:
            # Plugins print empty lines before the declaration, where XML has nothing.
            text = text.lstrip()
            self.has_begun = bool(text)
        if self.prolog is not None:
            self._look_at_prolog(text)
        return text

    def _look_at_prolog(self, text: str) -> None:
        """Refuse entity declarations, which only stand before the first element: they can fill the memory."""
        self.prolog = (self.prolog or "") + text
        bare = ASIDE.sub("", self.prolog)
        root = ROOT.search(bare)
        if DOCTYPE.search(bare, 0, root.start() if root else len(bare)):
            raise WxrError(_("The file has a DOCTYPE, which no WordPress export has. It is not read."))
        if root:
            self.prolog = None
        elif len(self.prolog) > 1_000_000:
            raise _not_wxr()


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    """By the byte order mark, else by the XML declaration, else UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        declared = DECLARED_ENCODING.match(head.removeprefix(codecs.BOM_UTF8))
        name = declared[1].decode() if declared else "utf-8"
        if name.lower().replace("-", "") == "utf8":
            name = "utf-8-sig"
    try:
        if not codecs.lookup(name)._is_text_encoding:
            raise LookupError(name)
        return codecs.getincrementaldecoder(name)(errors="replace")
    except LookupError as error:
        raise WxrError(
            _("The file says that its encoding is %(name)s, which is not known here.") % {"name": name}
        ) from error


def _not_wxr() -> WxrError:
    return WxrError(_("This is not a WordPress export (WXR): an <rss> with WordPress's own elements is expected."))


class _Reader:
    """Turns the children of <channel> into records, one after the other."""

    def __init__(self, text: Text):
        self.text = text
        self.head: dict[str, str] = {}
        self.site: Site | None = None

    def records(self) -> Iterator[Record]:
        for channel, element in self._children_of_channel():
            name = _name(element.tag)
            if record := self._record(name, element):
                yield from self._site_once()
                yield record
            elif not self.site:
                self.head[name] = _clean(element.text)
            # Also what was read ahead, which its event still holds: nothing stays.
            channel.clear()
        yield from self._site_once()

    def _children_of_channel(self) -> Iterator[tuple[ET.Element, ET.Element]]:
        """Each child when it is complete. Refuses whatever is no export at its first element."""
        namespaces = set()
        above: list[ET.Element] = []
        has_channel = False
        try:
            for event, value in ET.iterparse(self.text, ("start-ns", "start", "end")):
                if event == "start-ns":
                    namespaces.add(value[1])
                elif event == "start":
                    if not above and (value.tag != "rss" or not any(map(NAMESPACE.fullmatch, namespaces))):
                        raise _not_wxr()
                    above.append(value)
                else:
                    above.pop()
                    if len(above) == 2 and above[1].tag == "channel":
                        yield above[1], value
                    has_channel = has_channel or value.tag == "channel"
        except ET.ParseError as error:
            if namespaces or error.code in CUT_OFF:
                raise
            raise _not_wxr() from error
        if not has_channel:
            raise _not_wxr()

    def _site_once(self) -> Iterator[Site]:
        if self.site is None:
            address = self.head.get("wp:base_blog_url") or self.head.get("link", "")
            source = re.sub(r"\A[a-z]+://", "", address.lower()).strip("/")
            self.site = Site(self.head.get("title", ""), source)
            yield self.site

    def _record(self, name: str, element: ET.Element) -> Record | None:
        if name == "item":
            return _item(element)
        fields = _fields(element)
        if name == "wp:author":
            return Author(
                fields.get("wp:author_login", ""),
                fields.get("wp:author_display_name", ""),
                fields.get("wp:author_id", ""),
            )
        if name == "wp:category":
            return _category(fields)
        if name == "wp:tag":
            return _tag(fields)
        if name == "wp:term":
            return _term(fields)
        return None


def _category(fields: dict[str, str]) -> Term:
    return Term(
        "category",
        fields.get("wp:category_nicename", ""),
        fields.get("wp:cat_name", ""),
        fields.get("wp:category_parent", ""),
        fields.get("wp:category_description", ""),
    )


def _tag(fields: dict[str, str]) -> Term:
    return Term("post_tag", fields.get("wp:tag_slug", ""), fields.get("wp:tag_name", ""))


def _term(fields: dict[str, str]) -> Term:
    return Term(
        fields.get("wp:term_taxonomy", ""),
        fields.get("wp:term_slug", ""),
        fields.get("wp:term_name", ""),
        fields.get("wp:term_parent", ""),
        fields.get("wp:term_description", ""),
    )


def _item(element: ET.Element) -> Item:
    fields = _fields(element)
    return Item(
        id=fields.get("wp:post_id", ""),
        type=fields.get("wp:post_type", ""),
        status=fields.get("wp:status", ""),
        title=fields.get("title", ""),
        link=fields.get("link", ""),
        guid=fields.get("guid", ""),
        author=fields.get("dc:creator", ""),
        slug=fields.get("wp:post_name", ""),
        content=_verbatim(element, "content:encoded"),
        excerpt=fields.get("excerpt:encoded", ""),
        published_at=moment(fields.get("wp:post_date_gmt", ""), fields.get("wp:post_date", "")),
        password=fields.get("wp:post_password", ""),
        comment_status=fields.get("wp:comment_status", ""),
        terms=tuple(_terms_of_item(element)),
        comments=tuple(_comment(child) for child in _all(element, "wp:comment")),
        meta=_meta(element, "wp:postmeta"),
    )


def _terms_of_item(element: ET.Element) -> Iterator[Term]:
    for child in _all(element, "category"):
        # Version 1.0 names each category once more without a domain, and says "tag".
        taxonomy = {"tag": "post_tag"}.get(child.get("domain", ""), child.get("domain", ""))
        if taxonomy:
            yield Term(taxonomy, child.get("nicename", ""), _clean(child.text))


def _comment(element: ET.Element) -> Comment:
    fields = _fields(element)
    return Comment(
        id=fields.get("wp:comment_id", ""),
        parent=fields.get("wp:comment_parent", ""),
        type=fields.get("wp:comment_type", ""),
        approved=fields.get("wp:comment_approved", ""),
        author=fields.get("wp:comment_author", ""),
        url=fields.get("wp:comment_author_url", ""),
        content=_verbatim(element, "wp:comment_content"),
        created_at=moment(fields.get("wp:comment_date_gmt", ""), fields.get("wp:comment_date", "")),
        meta=_meta(element, "wp:commentmeta"),
        user_id=fields.get("wp:comment_user_id", ""),
    )


def moment(utc: str, local: str) -> datetime | None:
    """The moment of the UTC date, else of the local date in the site's zone; None when neither is one."""
    if parsed := _date(utc):
        return parsed.replace(tzinfo=UTC)
    if parsed := _date(local):
        return timezone.make_aware(parsed, timezone.get_default_timezone())
    return None


def _date(text: str) -> datetime | None:
    """WordPress writes 0000-00-00 or -0001-11-30 for no date, and drafts of the year 1 have been seen."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.year >= 1900 else None


@lru_cache(maxsize=1000)
def _name(tag: str) -> str:
    for pattern, prefix in PREFIXES:
        if match := pattern.match(tag):
            return prefix + tag[match.end() :]
    return tag


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element if _name(child.tag) == name)


def _fields(element: ET.Element) -> dict[str, str]:
    return {_name(child.tag): _clean(child.text) for child in element}


def _meta(element: ET.Element, name: str) -> dict[str, str]:
    entries = (_fields(child) for child in _all(element, name))
    return {entry.get("wp:meta_key", ""): entry.get("wp:meta_value", "") for entry in entries}


def _verbatim(element: ET.Element, name: str) -> str:
    return next((child.text or "" for child in _all(element, name)), "")


def _clean(text: str | None) -> str:
    return (text or "").strip()
