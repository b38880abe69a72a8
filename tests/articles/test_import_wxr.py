import tracemalloc
from collections import Counter
from datetime import UTC, datetime

import pytest

from articles import wxr
from articles.wxr import Author, Faults, Item, Site, Term, WxrError
from tests.wordpress import author, category, comment, export, in_term, item, post_meta, records_of, tag, written
from tests.wordpress import in_english as in_english
from tests.wordpress import japanese_export as japanese_export


def only_item(text, folder) -> Item:
    return next(record for record in records_of(text, folder) if isinstance(record, Item))


def error_of(text, folder) -> str:
    with pytest.raises(WxrError) as raised:
        records_of(text, folder)
    return str(raised.value)


def test_it_reads_the_japanese_export(japanese_export):
    kinds = Counter(type(record).__name__ for record in wxr.read(japanese_export, Faults()))
    assert kinds == {"Site": 1, "Author": 13, "Term": 72 + 59 + 8, "Item": 216}


def test_the_site_comes_first_and_names_the_source(tmp_path):
    head = "<wp:base_blog_url>https://Old.example.jp/blog/</wp:base_blog_url>"
    records = records_of(export(author("taro"), item(), head=head), tmp_path)
    assert records[0] == Site("古いブログ", "old.example.jp/blog")


def test_the_link_names_the_source_when_nothing_better_does(tmp_path):
    assert records_of(export(head="<wp:x/>"), tmp_path) == [Site("古いブログ", "old.example.jp")]


def test_it_reads_authors_and_terms(tmp_path):
    head = [author("taro", "太郎"), category("a", "甲", "b", "説明"), tag("t", "札")]
    assert records_of(export(*head), tmp_path)[1:] == [
        Author("taro", "太郎", "1"),
        Term("category", "a", "甲", "b", "説明"),
        Term("post_tag", "t", "札"),
    ]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_it_reads_every_version(version, tmp_path):
    text = export(item(comment(text="こんにちは"), title="題", excerpt="要約", creator="taro"), version=version)
    read = only_item(text, tmp_path)
    assert (read.title, read.excerpt, read.author, read.comments[0].content) == ("題", "要約", "taro", "こんにちは")


def test_it_reads_terms_and_meta_of_an_item(tmp_path):
    # Version 1.0 repeats each category without a domain.
    bare = "<category><![CDATA[甲]]></category>"
    read = only_item(export(item(bare, in_term("tag", "t", "札"), post_meta("_thumbnail_id", 7))), tmp_path)
    assert read.terms == (Term("post_tag", "t", "札"),)
    assert read.meta == {"_thumbnail_id": "7"}


def test_it_joins_split_cdata_and_keeps_white_space_of_bodies(tmp_path):
    assert only_item(export(item(content=" a ]]> b\n")), tmp_path).content == " a ]]> b\n"


@pytest.mark.parametrize(
    ("utc", "local", "expected"),
    [
        ("2020-01-02 03:04:05", "2020-01-02 12:04:05", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        # A draft has no UTC date; the local one is in the site's zone, Asia/Tokyo.
        ("0000-00-00 00:00:00", "2020-01-02 12:04:05", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("-0001-11-30 00:00:00", "2020-01-02 12:04:05", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("", "2020-02-30 00:00:00", None),
        ("0001-01-01 00:00:00", "", None),
        ("yesterday", "", None),
    ],
)
def test_it_reads_dates(utc, local, expected):
    assert wxr.moment(utc, local) == expected


def test_it_drops_control_characters_and_says_how_many(tmp_path):
    text = export(item(content="前\x08後", title="あ\x00い")).replace("</channel>", "<x>&#8;&#x1F;&#9;</x></channel>")
    faults = Faults()
    records = list(wxr.read(written(text, tmp_path), faults))
    assert (records[1].title, records[1].content, faults.control_characters) == ("あい", "前後", 4)


def test_it_drops_a_reference_that_two_pieces_share(tmp_path):
    for padding in range(12):
        faults = Faults()
        text = export("<x>" + "a" * (16_384 - 700 + padding * 60) + "&#x0000001f;" * 60 + "</x>", item())
        list(wxr.read(written(text, tmp_path), faults))
        assert faults.control_characters == 60


def test_it_reads_past_bytes_that_are_no_text(tmp_path):
    faults = Faults()
    records = list(wxr.read(written(export(item(content="a?b")).encode().replace(b"a?b", b"a\xffb"), tmp_path), faults))
    assert (records[1].content, faults.unreadable_characters) == ("a\ufffdb", 1)


@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp", "utf-16", "iso-2022-jp", "utf-8-sig"])
def test_it_reads_other_encodings(encoding, tmp_path):
    text = export(item(content="日本語の本文" * 5_000)).replace("UTF-8", encoding.removesuffix("-sig"))
    assert only_item(text.encode(encoding), tmp_path).content == "日本語の本文" * 5_000


@pytest.mark.parametrize("encoding", ["klingon", "base64"])
def test_it_refuses_an_encoding_that_it_does_not_know(encoding, tmp_path):
    assert encoding in error_of(export(item()).replace("UTF-8", encoding), tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Please log in</body></html>",
        '<rss version="2.0"><channel><item><title>a</title></item></channel></rss>',
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"></rss>',
        "これは XML ではない",
        '{"posts": []}',
        "PK\x03\x04zip",
    ],
)
def test_it_refuses_what_is_no_export(text, tmp_path):
    assert "not a WordPress export" in error_of(text, tmp_path)


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'


@pytest.mark.parametrize(
    "prolog",
    [
        BOMB,
        f"<!-- <rss> -->{BOMB}",
        f"<?php <rss> ?>{BOMB}",
        f"<!-- {'x' * 70_000} -->{BOMB}",
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        "<!doctype html>",
    ],
)
def test_it_refuses_a_doctype(prolog, tmp_path):
    assert "DOCTYPE" in error_of(export(item(), prolog=prolog), tmp_path)


def test_it_reads_an_article_about_doctypes(tmp_path):
    assert only_item(export(item(content="<!DOCTYPE html>")), tmp_path).content == "<!DOCTYPE html>"


def test_it_says_that_a_file_is_cut_off(tmp_path):
    text = export(item(content="本文"), item(id=2))
    for end in (text.index("</item>"), text.index("本文"), text.index("</channel>"), len(text) - 3):
        assert "cut off" in error_of(text[:end], tmp_path)


def test_it_says_where_a_file_is_broken(tmp_path):
    broken = export(item()).replace("</item>", "</itme>")
    assert "broken in line" in error_of(broken, tmp_path)


def test_it_says_that_a_file_is_empty_missing_or_a_folder(tmp_path):
    assert "is empty" in error_of("", tmp_path)
    for path in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(WxrError, match="cannot be read"):
            list(wxr.read(path, Faults()))


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(items: int) -> int:
        body = "本文" * 2_000
        path = written(export(*(item(comment(id=n), id=n, content=body) for n in range(items))), tmp_path)
        tracemalloc.start()
        for _record in wxr.read(path, Faults()):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(800) < 1.2 * peak(100) < 3_000_000
