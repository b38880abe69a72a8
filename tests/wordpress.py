"""WordPress exports for tests: small ones made by hand, and the real one."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from django.conf import settings
from django.utils import translation

from articles import wxr

JAPANESE_EXPORT = settings.BASE_DIR.parent / "shared/data/wordpress-ja.wxr.xml"
HEAD = "<title>古いブログ</title><link>https://old.example.jp</link>"


@pytest.fixture
def japanese_export() -> Path:
    if not JAPANESE_EXPORT.exists():
        pytest.skip(f"the public test export is missing: {JAPANESE_EXPORT}")
    return JAPANESE_EXPORT


@pytest.fixture(autouse=True)
def in_english():
    """For tests that read messages: import it, and they do not depend on the catalogues."""
    with translation.override("en"):
        yield


def element(name: str, text: object) -> str:
    text = str(text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


def export(*records: str, version: str = "1.2", head: str = "", prolog: str = "") -> str:
    """A whole file around what `item`, `category`, `tag` and `author` make."""
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
{prolog}<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/{version}/">
<channel>{HEAD}<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_site_url>https://old.example.jp</wp:base_site_url>
{head or "<wp:base_blog_url>https://old.example.jp</wp:base_blog_url>"}
{"".join(records)}</channel></rss>"""


def item(*inside: str, id: object = 1, **fields: object) -> str:
    """A published post; `title`, `link`, `guid`, `creator`, `content`, `excerpt` and the names after wp:."""
    wp = {
        "post_id": id,
        "post_date": "2020-01-02 09:00:00",
        "post_date_gmt": "2020-01-02 00:00:00",
        "post_name": f"post-{id}",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        "comment_status": "open",
    }
    plain = {
        "title": f"記事{id}",
        "link": f"https://old.example.jp/2020/01/02/post-{id}/",
        "guid": f"https://old.example.jp/?p={id}",
    }
    spaced = {"creator": "dc:creator", "content": "content:encoded", "excerpt": "excerpt:encoded"}
    for name, value in fields.items():
        (plain if name in plain else wp)[name] = value
    parts = [element(name, value) for name, value in plain.items()]
    parts += [element(spaced.get(name, f"wp:{name}"), value) for name, value in wp.items()]
    return f"<item>{''.join(parts)}{''.join(inside)}</item>"


def comment(*inside: str, id: object = 1, text: str = "読みました。", parent: object = 0, **fields: object) -> str:
    """An approved comment; the names of `fields` are those after wp:comment_."""
    values = {
        "id": id,
        "author": "匿名",
        "author_email": "reader@example.com",
        "author_url": "",
        "author_IP": "192.0.2.7",
        "date": "2020-01-03 09:00:00",
        "date_gmt": "2020-01-03 00:00:00",
        "content": text,
        "approved": 1,
        "type": "",
        "parent": parent,
        **fields,
    }
    parts = "".join(element(f"wp:comment_{name}", value) for name, value in values.items())
    return f"<wp:comment>{parts}{''.join(inside)}</wp:comment>"


def comment_meta(key: str, value: object) -> str:
    return f"<wp:commentmeta>{element('wp:meta_key', key)}{element('wp:meta_value', value)}</wp:commentmeta>"


def post_meta(key: str, value: object) -> str:
    return f"<wp:postmeta>{element('wp:meta_key', key)}{element('wp:meta_value', value)}</wp:postmeta>"


def category(slug: str, name: str = "", parent: str = "", description: str = "") -> str:
    fields = {
        "category_nicename": slug,
        "category_parent": parent,
        "cat_name": name or slug,
        "category_description": description,
    }
    return f"<wp:category>{''.join(element(f'wp:{key}', value) for key, value in fields.items())}</wp:category>"


def tag(slug: str, name: str = "") -> str:
    return f"<wp:tag>{element('wp:tag_slug', slug)}{element('wp:tag_name', name or slug)}</wp:tag>"


def author(login: str, display_name: str = "", id: object = 1) -> str:
    fields = {
        "author_id": id,
        "author_login": login,
        "author_email": "owner@example.com",
        "author_display_name": display_name,
    }
    return f"<wp:author>{''.join(element(f'wp:{key}', value) for key, value in fields.items())}</wp:author>"


def in_term(domain: str, slug: str, name: str = "") -> str:
    """What an item says of its category or tag."""
    return f"<category domain={quoteattr(domain)} nicename={quoteattr(slug)}><![CDATA[{name or slug}]]></category>"


def records_of(text: str | bytes, folder: Path) -> list[wxr.Record]:
    return list(wxr.read(written(text, folder), wxr.Faults()))


def written(text: str | bytes, folder: Path) -> Path:
    path = folder / "export.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
