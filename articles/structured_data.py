"""What search engines are told of a page, as JSON-LD in the words of schema.org.

Required and recommended properties are Google's for articles, breadcrumbs and
site names (https://developers.google.com/search/docs/appearance/structured-data).
Nothing here asks the database or knows the request; `whole` makes an address
of the site one with scheme and host.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Picture, Series, Source

# Inside <script> an element ends at </script>, and <!-- changes how it is read;
# two characters end a line in scripts but not in JSON.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script(*things: dict) -> SafeString:
    """The element for the head of a page; browsers do not run it."""
    data = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 nothing left to escape


@dataclass(frozen=True)
class SiteData:
    name: str
    language: str
    logo: str
    whole: Callable[[str], str]

    def publisher(self) -> dict:
        logo = {"@type": "ImageObject", "url": self.whole(self.logo), "width": 512, "height": 512}
        return {"@type": "NewsMediaOrganization", "name": self.name, "url": self.whole("/"), "logo": logo}

    def web_site(self, search: str) -> dict:
        """The site with its search, for the home page; `search` has {q} where the words go."""
        target = {"@type": "EntryPoint", "urlTemplate": self.whole("/") + search.lstrip("/").replace("{q}", "{words}")}
        return {
            "@type": "WebSite",
            "name": self.name,
            "url": self.whole("/"),
            "inLanguage": self.language,
            "publisher": self.publisher(),
            "potentialAction": {"@type": "SearchAction", "target": target, "query-input": "required name=words"},
        }

    def breadcrumbs(self, steps: Iterable[tuple[str, str]]) -> dict:
        """The way from the home page to this one, each step with its name and path."""
        items = [
            {"@type": "ListItem", "position": position, "name": name, "item": self.whole(path)}
            for position, (name, path) in enumerate([(self.name, "/"), *steps], start=1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": items}

    def news_article(self, article: Article) -> dict:
        """An article that is public; it came with all that its page shows (`with_all`)."""
        address = self.whole(article.get_absolute_url())
        data = {
            "@type": "NewsArticle",
            "mainEntityOfPage": address,
            "url": address,
            "headline": str(article),
            "description": article.summary,
            "inLanguage": self.language,
            "datePublished": moment(article.published_at),
            "dateModified": moment(article.lifted_at or article.published_at),
            "author": self.author(article),
            "publisher": self.publisher(),
            "image": [self.image(article.eye_catch)] if article.eye_catch else [],
            "articleSection": article.category.name if article.category else "",
            "keywords": [tag.name for tag in article.tags.all()],
            "commentCount": article.comment_count,
            "discussionUrl": f"{address}#comments",
            "isAccessibleForFree": True,
            "isPartOf": self.series(article.series) if article.series else {},
            "citation": [citation(source) for source in article.sources.all()],
        }
        return without_empty(data)

    def author(self, article: Article) -> dict:
        # Never the name somebody signs in with.
        name = article.author.get_full_name() if article.author else ""
        if not name:
            return {"@type": "Organization", "name": self.name, "url": self.whole("/")}
        return {"@type": "Person", "name": name, "url": self.whole(f"/authors/{article.author_id}/")}

    def image(self, picture: Picture) -> dict:
        data = {
            "@type": "ImageObject",
            "url": self.whole(picture.file.url),
            "width": picture.width,
            "height": picture.height,
            "caption": picture.caption,
            "creditText": picture.credit,
        }
        return without_empty(data)

    def series(self, series: Series) -> dict:
        return {"@type": "CreativeWorkSeries", "name": series.title, "url": self.whole(series.get_absolute_url())}


def citation(source: Source) -> dict:
    publisher = {"@type": "Organization", "name": source.publisher} if source.publisher else {}
    return without_empty(
        {"@type": "CreativeWork", "name": source.title, "url": source.url, "publisher": publisher}
        | {"inLanguage": source.language}
    )


def without_empty(data: dict) -> dict:
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def moment(moment: datetime | None) -> str:
    """In the site's zone, without microseconds, which neither HTML's `time` nor every reader of JSON-LD takes."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
