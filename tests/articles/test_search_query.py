import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search_query import MOST_CHARACTERS, Problem, Query, Term, parse


def word(text):
    return Term(text)


def phrase(text):
    return Term(text, is_phrase=True)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("空軍", [word("空軍")]),
        ("空軍　訓練", [word("空軍"), word("訓練")]),
        ("  F-35 \n", [word("F-35")]),
        ('"弾道ミサイル 発射"', [phrase("弾道ミサイル 発射")]),
        ("“弾道ミサイル”", [phrase("弾道ミサイル")]),
        ("「弾道ミサイル」発射", [phrase("弾道ミサイル"), word("発射")]),
        ("＂a b＂", [phrase("a b")]),
        ("岸田「増税」発言", [word("岸田"), phrase("増税"), word("発言")]),
        # Not closed: all that follows.
        ('空軍 "弾道 ミサイル', [word("空軍"), phrase("弾道 ミサイル")]),
        ("「", []),
        ('""', []),
        ("空軍 -訓練", [word("空軍"), Term("訓練", is_wanted=False)]),
        ("空軍 －「合同 訓練」", [word("空軍"), Term("合同 訓練", is_wanted=False, is_phrase=True)]),
        # A minus that stands before nothing says nothing.
        ("空軍 - 訓練", [word("空軍"), word("訓練")]),
        ("-", []),
        ("category:国際 空軍", [Term("国際", field="category"), word("空軍")]),
        ("ｃａｔｅｇｏｒｙ：国際", [Term("国際", field="category")]),
        ("カテゴリー:国際", [Term("国際", field="category")]),
        ("-category:国際 空軍", [Term("国際", is_wanted=False, field="category"), word("空軍")]),
        ('Author:"山田 花子"', [Term("山田 花子", is_phrase=True, field="author")]),
        ("投稿者：「花子」", [Term("花子", is_phrase=True, field="author")]),
        ("author:", []),
        # No field of ours: a word like others.
        ("http://example.org", [word("http://example.org")]),
        ("10:30", [word("10:30")]),
        # Signs that databases give a meaning to.
        ("% _ * ' \\", [word("%"), word("_"), word("*"), word("'"), word("\\")]),
        # The same word twice, in another width.
        ("空軍 空軍 ＡＢ ab", [word("空軍"), word("ab")]),
        ("空\0軍", [word("空"), word("軍")]),
    ],
)
def test_a_query_is_read(typed, terms):
    assert list(parse(typed).terms) == terms


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        ("　 ", Problem.EMPTY),
        ("\0", Problem.EMPTY),
        ("\u200b", Problem.EMPTY),
        ("あ" * MOST_CHARACTERS, None),
        ("あ" * (MOST_CHARACTERS + 1), Problem.TOO_LONG),
        ("あ" * 10_000, Problem.TOO_LONG),
        ("空", None),
        (" ".join("あいうえおかきくけこ"), None),
        (" ".join("あいうえおかきくけこさ"), Problem.TOO_MANY),
        ("-空軍", Problem.ONLY_UNWANTED),
        ("-空軍 -category:国際", Problem.ONLY_UNWANTED),
        ("category:国際", None),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_cannot_be_answered_is_named(typed, problem):
    assert parse(typed).problem == problem


def test_words_are_folded_as_texts_are():
    query = parse("ＡＢＣ ミサイル -ｶﾞｽ category:国際")
    assert query.words() == ["abc", "みさいる"]
    assert query.words(wanted=False) == ["がす"]


def test_what_was_read_is_written_in_the_signs_of_all():
    assert str(parse("空軍　－訓練 「弾道 ミサイル」 投稿者：花子")) == '空軍 -訓練 "弾道 ミサイル" author:花子'


@given(st.text(max_size=300))
def test_anything_can_be_typed(typed):
    query = parse(typed)
    assert isinstance(query, Query)
    assert all(term.folded for term in query.terms)
