"""A paragraph that holds nothing but the address of a video or of a post on X becomes a card.

The card is a link, and nothing of it comes from there: a reader who does not
click is not known there. `static/js/embeds.js` adds to a video's card a button
that puts the player into the page. The words on a card are names and
addresses, because it is made once for readers of every language.
"""

import html as entities
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import elements

YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"}
X_HOSTS = {f"{prefix}{host}" for host in ("x.com", "twitter.com") for prefix in ("", "www.", "m.", "mobile.")}

# The forms of what each site calls its things; with them no part of an address can be more than a name.
VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
VIDEO_PATH = re.compile(r"/(?:shorts|live|embed|v)/([^/]+)/?")
POST_PATH = re.compile(
    r"/(?:([A-Za-z0-9_]{1,15})/status(?:es)?|i/(?:web/)?status)/([0-9]{1,20})(?:/(?:photo|video)/[0-9])?/?"
)
MOMENT = re.compile(r"(?:([0-9]{1,2})h)?(?:([0-9]{1,3})m)?(?:([0-9]{1,6})s?)?")

# Longer than any of these addresses with all that is hung onto them.
LONGEST = 500


@dataclass(frozen=True)
class Video:
    id: str
    # Seconds at which it is to begin.
    start: int = 0

    @property
    def address(self) -> str:
        moment = f"&t={self.start}" if self.start else ""
        return f"https://www.youtube.com/watch?v={self.id}{moment}"

    def card(self) -> SafeString:
        return format_html(
            '<p class="embed embed--youtube" data-youtube="{}" data-start="{}">{}</p>',
            *(self.id, self.start, _link(self.address, "YouTube")),
        )


@dataclass(frozen=True)
class Post:
    id: str
    author: str

    @property
    def address(self) -> str:
        return f"https://x.com/{self.author or 'i'}/status/{self.id}"

    def card(self) -> SafeString:
        platform = f"X @{self.author}" if self.author else "X"
        return format_html('<p class="embed embed--x">{}</p>', _link(self.address, platform))


def _link(address: str, platform: str) -> SafeString:
    return format_html(
        '<a class="embed__link" href="{}" rel="noopener"><span class="embed__platform">{}</span> '
        '<span class="embed__address">{}</span></a>',
        *(address, platform, re.sub(r"^https://(www\.)?", "", address)),
    )


def read(address: str) -> Video | Post | None:
    """What an address leads to, None for every other; also where the scheme was left out."""
    address = address.strip()
    if len(address) > LONGEST:
        return None
    try:
        parts = urlsplit(address if "//" in address else f"https://{address}")
        query = parse_qs(parts.query)
    except ValueError:
        return None
    # The whole of it, so that neither a name and a password nor a port is in it.
    host = parts.netloc.lower()
    if parts.scheme not in {"http", "https"}:
        return None
    if host in X_HOSTS:
        post = POST_PATH.fullmatch(parts.path)
        return Post(id=post[2], author=post[1] or "") if post else None
    name = _video_name(host, parts.path, query)
    if not VIDEO.fullmatch(name):
        return None
    asked = {**parse_qs(parts.fragment), **query}
    return Video(name, _seconds(next(iter(asked.get("t") or asked.get("start") or []), "")))


def _video_name(host: str, path: str, query: dict[str, list[str]]) -> str:
    if host == "youtu.be":
        return path.strip("/")
    if host not in YOUTUBE_HOSTS:
        return ""
    if path.rstrip("/") == "/watch":
        return query.get("v", [""])[0]
    found = VIDEO_PATH.fullmatch(path)
    return found[1] if found else ""


def _seconds(moment: str) -> int:
    found = MOMENT.fullmatch(moment)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def add_cards(html: str) -> str:
    """The HTML with a card in place of each paragraph that is an address alone, as text or as a link to just that."""
    if not re.search(r"youtu|x\.com|twitter", html, re.IGNORECASE):
        return html
    found = elements.find(html)
    links = {element.start: element for element in found if element.tag == "a"}
    pieces = []
    for paragraph in (element for element in found if element.tag == "p"):
        # What has an id of its own is linked to, and stays as it is.
        if "id" in paragraph.attributes:
            continue
        if thing := _alone(html, paragraph, links):
            pieces.append((paragraph.start, paragraph.end, str(thing.card())))
    return elements.replace(html, pieces)


def _alone(html: str, paragraph: elements.Element, links: dict[int, elements.Element]) -> Video | Post | None:
    inner = html[paragraph.inner_start : paragraph.inner_end]
    start = paragraph.inner_start + len(inner) - len(inner.lstrip())
    link = links.get(start)
    if link is None:
        return None if "<" in inner else read(entities.unescape(inner))
    text = html[link.inner_start : link.inner_end]
    if html[link.end : paragraph.inner_end].strip() or "<" in text:
        return None
    thing = read(link.attributes.get("href", ""))
    # Other words than the address are the writer's, and stay.
    return thing if thing and read(entities.unescape(text)) == thing else None
