"""What all Atom feeds (RFC 4287) of the site have in common.

An entry's id is a tag URI (RFC 4151) made of the row's own key and day, so
that it survives another slug, another category and moving a comment.
"""

import re
from datetime import date

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed

from articles import site_address

# What may be typed but not written in XML 1.0 (2.2), not even escaped.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def for_xml(text: str) -> str:
    return NOT_IN_XML.sub("", text)


class AtomFeed(Feed):
    """One instance for one request: what it shows is given by the views.

    Every address is whole, because Django would take the host from the table
    of sites, which nobody here fills in.
    """

    feed_type = Atom1Feed

    def __init__(self, request: HttpRequest, entries, *, title: str, path: str):
        self.request = request
        self.entries = entries
        self.title = for_xml(title)
        self.link = self.whole(path)
        self.feed_url = self.feed_guid = self.whole(request.path)

    def whole(self, path: str) -> str:
        return site_address.whole(self.request, path)

    def tag_uri(self, day: date, name: str) -> str:
        return f"tag:{site_address.host(self.request)},{day:%Y-%m-%d}:{name}"
