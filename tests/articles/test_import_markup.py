import time
from unittest import mock

import pytest

from articles import body
from articles.wordpress_markup import convert

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def html(source: str) -> str:
    return convert(source).html.replace("\n", "")


def link(address: str) -> str:
    return f'<p><a href="{address}" rel="noopener">{address}</a></p>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("一\n\n二", "<p>一</p><p>二</p>"),
        ("一\r\n二", "<p>一<br>二</p>"),
        ("一<br />\n二", "<p>一<br>二</p>"),
        ("　字下げ", "<p>　字下げ</p>"),
        ("前\n<h3>題</h3>\n後", "<p>前</p><h3>題</h3><p>後</p>"),
        ("<p>一\n二</p>\n\n三", "<p>一<br>二</p><p>三</p>"),
        ("<ul>\n<li>一</li>\n\n<li>二\n三</li>\n</ul>", "<ul><li>一</li><li>二<br>三</li></ul>"),
        ("<blockquote>一\n\n二</blockquote>", "<blockquote><p>一</p><p>二</p></blockquote>"),
        ("<div>一</div>二", "<div><p>一</p></div><p>二</p>"),
        ("<b>一\n\n二</b>", "<p><b>一</b></p><p><b>二</b></p>"),
        ("一\n<hr />\n二", "<p>一</p><hr><p>二</p>"),
        ("<address>一\n二</address>", "<div><p>一<br>二</p></div>"),
        ("</div>一</p>", "<p>一</p>"),
        ("<h1>題</h1>", "<h2>題</h2>"),
        ('<img alt="a > b" src="/a.png">', '<p><img alt="a &gt; b" src="/a.png"></p>'),
        ('<a href="/x"><div>一</div></a>', '<a href="/x" rel="noopener"><div><p>一</p></div></a>'),
        ("", ""),
        ("&nbsp;\n\n \n", ""),
    ],
)
def test_it_makes_paragraphs_and_line_breaks(source, expected):
    assert html(source) == expected


def test_it_leaves_the_lines_of_pre_alone():
    source = "<pre>a\n\n  b <b>c</b>\n<p>d</pre>"
    assert convert(source).html.startswith("<pre>a\n\n  b <b>c</b>\n<p>d")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<!-- wp:paragraph -->\n<p>一\n二</p>\n<!-- /wp:paragraph -->", "<p>一二</p>"),
        ('<!-- wp:image {"id":1} --><figure><img src="/a.png"></figure><!-- /wp:image -->', "<figure><img"),
        ("<!-- wp:x /-->一\n\n二", "<p>一</p><p>二</p>"),
        ("<!-- wp:freeform -->一\n\n二<!-- /wp:freeform -->", "<p>一</p><p>二</p>"),
    ],
)
def test_it_takes_blocks_of_the_block_editor_as_they_are(source, expected):
    assert html(source).startswith(expected)
    assert "wp:" not in html(source)


@pytest.mark.parametrize("marker", ["<!--more-->", "<!--more 続きを読む-->", "<!--nextpage-->"])
def test_it_keeps_both_parts_around_a_break(marker):
    assert html(f"一{marker}二") == "<p>一</p><p>二</p>"


def test_it_makes_figures_of_captions():
    source = '前[caption id="a" align="alignright" width="9"]<a href="/b"><img src="/a.png" /></a> 富士[/caption]後'
    assert html(source) == (
        '<p>前</p><figure class="figure--end"><a href="/b" rel="noopener"><img src="/a.png"></a>'
        "<figcaption>富士</figcaption></figure><p>後</p>"
    )


def test_it_reads_the_words_of_old_captions():
    source = '[caption caption="富士 &amp; 空"]<img src="/a.png" />[/caption]'
    assert "<figcaption>富士 &amp; 空</figcaption>" in html(source)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (YOUTUBE, YOUTUBE),
        (f"<p>{YOUTUBE}</p>", YOUTUBE),
        (f"[embed width=400]{YOUTUBE}[/embed]", YOUTUBE),
        (f"[youtube {YOUTUBE}]", YOUTUBE),
        ("[youtube dQw4w9WgXcQ]", YOUTUBE),
        ('[youtube id="dQw4w9WgXcQ"]', YOUTUBE),
        ('<iframe width="560" src="//www.youtube.com/embed/dQw4w9WgXcQ?rel=0" allowfullscreen></iframe>', YOUTUBE),
        ('<p><iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"></iframe></p>', YOUTUBE),
        (
            '<object data="https://a.jp/x.swf"><param name="movie" value="https://a.jp/x.swf"></object>',
            "https://a.jp/x.swf",
        ),
        ('[audio src="https://a.jp/x.mp3"]', "https://a.jp/x.mp3"),
        ("[audio https://a.jp/x.mp3]", "https://a.jp/x.mp3"),
        ('[video width="9" mp4="https://a.jp/x.mp4"][/video]', "https://a.jp/x.mp4"),
        ('<video controls><source src="https://a.jp/x.mp4"></video>', "https://a.jp/x.mp4"),
        (
            '<!-- wp:embed --><figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\n'
            f"{YOUTUBE}\n</div></figure><!-- /wp:embed -->",
            YOUTUBE,
        ),
    ],
)
def test_it_makes_a_link_of_what_would_load_from_elsewhere(source, address):
    assert html(f"前\n\n{source}\n\n後") == f"<p>前</p>{link(address)}<p>後</p>"


def test_an_address_between_lines_stands_alone():
    assert html(f"前\n{YOUTUBE}\n後") == f"<p>前</p>{link(YOUTUBE)}<p>後</p>"


def test_an_address_in_pre_stays_text():
    assert html(f"<pre>\n{YOUTUBE}\n</pre>") == f"<pre>{YOUTUBE}</pre>"


def test_a_frame_with_a_dangerous_address_is_dropped():
    assert html('一<iframe src="javascript:alert(1)"></iframe>') == "<p>一</p>"


def test_it_drops_galleries_and_says_so():
    converted = convert('一\n\n[gallery ids="1,2"]\n\n[gallery]')
    assert (converted.html, converted.dropped) == ("<p>一</p>", {"gallery": 2})


def test_an_unknown_shortcode_stays_text():
    converted = convert("[contact-form-7 id=1] と [[gallery]] と [1]")
    assert (converted.html, converted.dropped) == ("<p>[contact-form-7 id=1] と [[gallery]] と [1]</p>", {})


def test_it_makes_the_body_safe():
    assert html('<script>alert(1)</script><p onclick="x()">一</p>') == "<p>一</p>"


def test_cleaning_again_changes_nothing():
    converted = convert(f"一\n二\n\n<ul>\n<li>三</ul>\n[caption]<img src='/a.png'>四[/caption]\n{YOUTUBE}")
    assert body.clean(converted.html) == converted.html


def test_it_refuses_a_body_that_is_too_long():
    with pytest.raises(body.BodyTooLong):
        convert("あ" * (body.MAX_LENGTH + 1))


def test_an_end_that_is_missing_costs_nothing_after_it():
    assert html('一<iframe src="https://a.jp/">\n\n二') == f"<p>一</p>{link('https://a.jp/')}<p>二</p>"


BEGINNINGS = (
    "<a '",
    '<a "',
    "<a x",
    "<!--",
    "<!-- wp:x",
    "<!--more",
    "<object>",
    "<video>",
    "<iframe ",
    "<p>https://a",
)
SHORTCODES = ("[caption ", "[caption]", "[gallery ", "[embed]", "[youtube ")


@pytest.mark.parametrize("beginning", [*BEGINNINGS, *SHORTCODES, '<figure class="wp-block-embed"><div>https://a</div>'])
def test_many_beginnings_without_an_end_take_no_time(beginning):
    started = time.process_time()
    convert_pieces(beginning * (200_000 // len(beginning)))
    # A second at most here; with the square of the length it is minutes.
    assert time.process_time() - started < 5


def convert_pieces(text: str) -> None:
    """All of `convert` but the sanitiser, which takes the square of the depth and has its own limit."""
    with mock.patch.object(body, "clean", str):
        convert(text)
