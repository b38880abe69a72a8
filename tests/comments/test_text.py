import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import text


def link(address, shown):
    return f'<a href="{address}" rel="nofollow ugc noopener">{shown}</a>'


A = link("https://example.com/a", "example.com/a")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("参考https://example.com/aです。", f"<p>参考{A}です。</p>"),  # no space before or after
        ("https://example.com/a、", f"<p>{A}、</p>"),
        ("(https://example.com/a)", f"<p>({A})</p>"),  # the bracket is the sentence's
        ("「https://example.com/a」", f"<p>「{A}」</p>"),
        ("https://example.com/a(日本語)", f"<p>{A}(日本語)</p>"),
        ("https://example.com/a.", f"<p>{A}.</p>"),
        (
            "https://example.com/a_(b)",  # a balanced bracket is the address's
            f"<p>{link('https://example.com/a_(b)', 'example.com/a_(b)')}</p>",
        ),
        ("https://", "<p>https://</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
        (
            'https://example.com/"onclick="x',
            f"<p>{link('https://example.com/', 'example.com/')}&quot;onclick=&quot;x</p>",
        ),
        ("一\n二\n\n三", "<p>一<br>二</p>\n<p>三</p>"),
    ],
)
def test_it_renders_what_was_typed(typed, html):
    assert text.render(typed) == html


def test_it_shortens_only_what_is_shown_of_a_long_address():
    html = text.render("https://example.com/" + "a" * 100)
    assert f'href="https://example.com/{"a" * 100}"' in html
    assert "example.com/" + "a" * 47 + "…</a>" in html


def anchor(number, shown):
    return f'<a href="/comments/in/7/{number}/" class="anchor" data-number="{number}">{shown}</a>'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        (">>12", anchor(12, "&gt;&gt;12")),
        ("＞＞12です", anchor(12, "＞＞12") + "です"),
        (">>１２", anchor(12, "&gt;&gt;１２")),  # full-width digits
        (">>12 >>15", f"{anchor(12, '&gt;&gt;12')} {anchor(15, '&gt;&gt;15')}"),
        (">>12>>15", anchor(12, "&gt;&gt;12") + anchor(15, "&gt;&gt;15")),
        (">>12-15", f"{anchor(12, '&gt;&gt;12')}-{anchor(15, '15')}"),
        ("＞＞１２ー１５", f"{anchor(12, '＞＞１２')}ー{anchor(15, '１５')}"),
        (">>012", anchor(12, "&gt;&gt;012")),
        (">>0", "&gt;&gt;0"),  # no comment has it
        (">>12345678", "&gt;&gt;12345678"),  # no article has so many
        (">>>12", "&gt;&gt;&gt;12"),
        (">12", "&gt;12"),
        (">>", "&gt;&gt;"),
        (">>²", "&gt;&gt;²"),  # a digit to Python, but no number
        ("https://example.com/a>>12", f"{A}{anchor(12, '&gt;&gt;12')}"),
        ("<b>>>12", "&lt;b&gt;&gt;&gt;12"),
    ],
)
def test_an_anchor_becomes_a_link(typed, html):
    assert text.render(typed, 7) == f"<p>{html}</p>"


def test_an_anchor_without_an_article_stays_text():
    assert text.render(">>12") == "<p>&gt;&gt;12</p>"


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("一", []),
        (">>12 ＞＞3 >>12", [12, 3]),
        (">>12-15", [12, 13, 14, 15]),
        (">>15-12", [15]),  # the wrong way round
        (">>0-2 >>0", [1, 2]),
        (">>1-9999999", list(range(1, 11))),  # a range is cut
        ("".join(f">>{n} " for n in range(1, 99)), list(range(1, 21))),
    ],
)
def test_it_knows_whom_a_text_names(typed, numbers):
    assert text.cited_numbers(typed) == numbers


@given(st.text() | st.text("<>＞1２-\n"), st.sampled_from([None, 7]))
def test_it_never_lets_markup_through(typed, article_id):
    html = text.render(typed, article_id)
    for allowed in ("<p>", "</p>", "<br>", "</a>"):
        html = html.replace(allowed, "")
    assert "<" not in html.replace("<a href=", "")


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\ud83d", "\ufffd"])
def test_it_finds_characters_that_cannot_be_stored_or_shown(bad):
    assert text.unprintable(f"前{bad}後") == bad


@pytest.mark.parametrize("good", ["一\n二\t三", "👩‍🚀", "が", "𠮟る"])
def test_it_takes_all_other_characters(good):
    assert text.unprintable(good) == ""


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b\u200d", "\u3164", "\u00a0\n"])
def test_it_sees_that_nothing_can_be_seen(blank):
    assert text.is_blank(blank)


def test_it_makes_line_ends_one_and_trims():
    assert text.normalise(" 一 \r\n二\r\n\r\n\r\n\r\n\r\n三\n ") == "一\n二\n\n\n三"
