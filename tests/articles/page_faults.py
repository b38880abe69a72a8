"""What is wrong with a page as every reader and machine gets it: one sentence for each fault, as far as Python can see.

The Nu checker (bench/check_pages.py) knows the whole of HTML; this knows what
a change of a template most often breaks, in no time.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Attributes that name other elements by their ids, several with spaces between.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list")
ABSOLUTE = ("http://", "https://")
# Of <link>: what a browser asks for by itself. The others only tell an address.
LOADED = {"stylesheet", "icon", "apple-touch-icon", "manifest", "preload", "modulepreload"}

# What Google requires or recommends: developers.google.com/search/docs/appearance/structured-data
WANTED = {
    "NewsArticle": {"headline", "datePublished", "dateModified", "author", "image", "publisher"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "Person": {"name", "url"},
    "Organization": {"name"},
    "NewsMediaOrganization": {"name", "url", "logo"},
    "ImageObject": {"url"},
}


class Element:
    def __init__(self, tag: str, attributes: list[tuple[str, str | None]]):
        self.tag, self.pairs, self.text = tag, attributes, ""
        self.attributes = {name: value or "" for name, value in attributes}

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """The elements in their order, and what does not close as it was opened."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.unbalanced: list[str] = []
        self.feed(text)
        self.close()
        self.unbalanced += [f"<{element.tag}> is never closed" for element in self.open]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, attrs))

    def handle_endtag(self, tag):
        if self.open and self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.unbalanced.append(f"</{tag}> closes nothing, line {self.getpos()[0]}")

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def meta(self, name: str) -> str:
        return next((meta["content"] for meta in self.all("meta") if meta["name"] == name), "")

    def link(self, rel: str) -> list[str]:
        return [link["href"] for link in self.all("link") if link["rel"] == rel]


def faults_of(text: str, language: str) -> list[str]:
    page = Page(text)
    found = list(page.unbalanced)
    for look in (attributes, ids, headings, pictures, scripts, foreign):
        found += look(page)
    return [*found, *head(page, language), *structured_data(page)]


def attributes(page: Page) -> Iterator[str]:
    for element in page.elements:
        names = Counter(name for name, _value in element.pairs)
        yield from (f"<{element.tag}> has {name} twice" for name, times in names.items() if times > 1)


def ids(page: Page) -> Iterator[str]:
    count = Counter(element["id"] for element in page.elements if "id" in element.attributes)
    yield from (f"the id “{name}” is there {times} times" for name, times in count.items() if times > 1 or not name)
    for element in page.elements:
        named = [name for reference in REFERENCES for name in element[reference].split()]
        if element["href"].startswith("#"):
            named.append(element["href"][1:])
        yield from (f"<{element.tag}> names #{name}, which is nowhere" for name in named if name not in count)


def headings(page: Page) -> Iterator[str]:
    levels = [int(heading.tag[1]) for heading in page.all(*HEADINGS)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    yield from (f"an h{after} follows an h{before}" for before, after in pairwise(levels) if after > before + 1)
    yield from (f"an empty {heading.tag}" for heading in page.all(*HEADINGS) if not heading.text.strip())


def pictures(page: Page) -> Iterator[str]:
    for picture in page.all("img"):
        missing = {"src", "alt", "width", "height"} - picture.attributes.keys()
        yield from (f"a picture without {name}: {picture['src']}" for name in sorted(missing))


def scripts(page: Page) -> Iterator[str]:
    """What the Content-Security-Policy would stop."""
    for element in page.elements:
        if element.tag == "style" or "style" in element.attributes:
            yield f"a style within <{element.tag}>"
        if element.tag == "script" and not element["src"] and element["type"] != "application/ld+json":
            yield "a script within the page"
        yield from (f"{name} on <{element.tag}>" for name in element.attributes if name.startswith("on"))
        if element["href"].strip().lower().startswith("javascript:"):
            yield "an address that is a script"


def foreign(page: Page) -> Iterator[str]:
    """What a browser would ask of somebody else."""
    for element in page.elements:
        asked = [element["src"], element["poster"], element["data"]]
        asked += [part.split()[0] for part in element["srcset"].split(",") if part.strip()]
        if element.tag == "link" and LOADED & set(element["rel"].split()):
            asked.append(element["href"])
        yield from (f"<{element.tag}> loads {address}" for address in asked if address.startswith(("//", *ABSOLUTE)))


def head(page: Page, language: str) -> Iterator[str]:
    """A page for search engines has one address and a description; another says that it is none."""
    (root,) = page.all("html")
    if root["lang"] != language:
        yield f"the language is “{root['lang']}”"
    titles = [title.text.strip() for title in page.all("title")]
    if len(titles) != 1 or not titles[0]:
        yield f"titles: {titles}"
    canonical = page.link("canonical")
    if page.meta("robots") == "noindex":
        yield from (f"not for search engines, yet the address is {address}" for address in canonical)
        return
    if not page.meta("description").strip():
        yield "no description"
    if len(canonical) != 1 or not canonical[0].startswith(ABSOLUTE):
        yield f"canonical addresses: {canonical}"


def structured_data(page: Page) -> Iterator[str]:
    for script in page.all("script"):
        if script["type"] == "application/ld+json":
            data = json.loads(script.text)
            yield from data_faults(data)


def data_faults(thing, name: str = "") -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from data_faults(item, name)
    elif isinstance(thing, dict):
        kind = thing.get("@type", "")
        missing = WANTED.get(kind, set()) - {key for key, value in thing.items() if value not in ("", [], {}, None)}
        yield from (f"{kind} without {key}" for key in sorted(missing))
        for key, value in thing.items():
            yield from data_faults(value, key)
    elif is_wrong(name, thing):
        yield f"{name} is “{thing}”"


def is_wrong(name: str, value) -> bool:
    """Addresses have a host, and moments a zone."""
    if name in ("url", "item", "mainEntityOfPage", "discussionUrl"):
        return not value.startswith(ABSOLUTE)
    return name.startswith("date") and datetime.fromisoformat(value).tzinfo is None
