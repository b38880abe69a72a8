import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import body


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("<script>alert(1)</script>", ""),
        ('<p onclick="x()">字</p>', "<p>字</p>"),
        ('<iframe src="https://example.com/"></iframe>', ""),
        ('<a href="javascript:x">字</a>', '<a rel="noopener">字</a>'),
        ('<p style="color:red">字</p>', "<p>字</p>"),
        ('<form action="/"><input name="a">字</form>', "字"),
        ('<p id="c12">字</p>', '<p id="body-c12">字</p>'),  # the page's ids are its own
        ('<a href="#top">字</a>', '<a href="#body-top" rel="noopener">字</a>'),
        ("<ruby>瓦版<rt>かわらばん</rt></ruby>", "<ruby>瓦版<rt>かわらばん</rt></ruby>"),
        (
            '<figure class="figure--end evil"><img src="/media/a.jpg" alt="港"><figcaption>港</figcaption></figure>',
            '<figure class="figure--end"><img src="/media/a.jpg" alt="港"><figcaption>港</figcaption></figure>',
        ),
        ("<p></p>", ""),  # what an empty editor sends
        ("<p> <br></p><p>&nbsp;</p>", ""),
    ],
)
def test_it_keeps_what_the_policy_allows(typed, clean):
    assert body.clean(typed) == clean


@given(st.text(alphabet=st.sampled_from('<>/"= ascriptimgonerrhf:&#x;pdiv字'), max_size=80))
def test_cleaning_twice_changes_nothing_more(typed):
    once = body.clean(typed)
    assert body.clean(once) == once


def test_it_refuses_more_than_it_can_read_in_time():
    with pytest.raises(body.BodyTooLong):
        body.clean("あ" * (body.MAX_LENGTH + 1))


def test_the_plain_text_has_no_markup_and_no_glued_words():
    html = "<h2>見出し</h2><p>一&amp;二<br>三</p><figure><figcaption>出典</figcaption></figure>"
    assert body.plain_text(html) == "見出し 一&二 三"
