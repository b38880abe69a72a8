import pytest

from comments import placement

LONG = "公共放送はひどいものを作りましたね"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (">>12 そう思います", 12),
        ("＞＞１２\nそう思います", 12),
        ("\n >>12", 12),
        (">> 12", 12),
        (">>12-15 みなさん", 12),
        ("そう思います >>12", None),
        (">12", None),
        (">>", None),
        (">>12345678 そんな番号はない", None),
        ("", None),
    ],
)
def test_a_text_names_the_comment_that_it_begins_with(text, number):
    assert placement.named(text) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (12, 12), ("１２", None), ("-1", None), ("1.5", None), ("9" * 8, None), ("", None), (None, None)],
)
def test_a_number_is_a_few_digits(value, number):
    assert placement.number(value) == number


@pytest.mark.parametrize("text", [f"> {LONG}\nそうかな", f"＞{LONG}", f"「{LONG}」とは言えない", f">>{LONG}"])
def test_it_finds_quotations(text):
    assert placement.quotations(text) == [LONG]


@pytest.mark.parametrize("text", ["> そうですね", "「そうですね」に賛成", LONG, "5 > 3 なのに大きいと言い張るのは変"])
def test_it_ignores_what_is_short_or_no_quotation(text):
    assert placement.quotations(text) == []


def test_it_looks_for_the_first_quotations_only():
    assert len(placement.quotations(f"> {LONG}\n" * 300)) == placement.QUOTATIONS


def test_it_finds_the_comment_that_is_quoted_across_widths_and_white_space():
    passages = placement.quotations("> ＡＢＣ放送は　ひどいものを作りました")
    assert placement.quoted(passages, [(3, "別の話"), (7, "あの\nabc放送はひどい\nものを作りましたね")]) == 7


def test_it_does_not_choose_between_two_comments_with_the_same_words():
    assert placement.quoted([LONG], [(3, LONG), (7, f"> {LONG}\nそう")]) is None


def test_it_takes_the_next_quotation_when_the_first_is_nowhere():
    assert placement.quoted(["どこにもない十文字以上の文", LONG], [(3, LONG)]) == 3
