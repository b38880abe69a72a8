import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search import searchable
from articles.snippets import LENGTH, PIECE, Folded, marked, snippet

# What folding makes longer, shorter, or of two one.
TRICKY = st.text(
    st.one_of(st.sampled_from("ｶﾞか\u3099ﾊﾟ㈱ﬁßŸİ\u0301\u200b\ufe0f e\u3000\n\t空軍ミサイルーA‑−"), st.characters())
)


def hits(parts):
    return [part.text for part in parts if part.is_hit]


def written(parts):
    return "".join(part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "word", "hit"),
    [
        ("北の空軍です", "空軍", "空軍"),
        ("Ｆ－３５が飛ぶ", "f-35", "Ｆ－３５"),
        ("ミサイルを", "みさいる", "ミサイル"),
        ("ﾐｻｲﾙを", "ミサイル", "ﾐｻｲﾙ"),
        ("ｶﾞｽの値段", "ガス", "ｶﾞｽ"),
        ("か\u3099すの値段", "がす", "か\u3099す"),
        ("㈱瓦版", "株", "㈱"),
        ("WHITE  \n HOUSE", "white house", "WHITE  \n HOUSE"),
        ("弾\u200b道", "弾道", "弾\u200b道"),
        ("辻\U000e0100さん", "辻さん", "辻\U000e0100さん"),
        ("Straße", "strasse", "Straße"),
    ],
)
def test_a_hit_is_marked_as_it_is_written(text, word, hit):
    parts = marked(text, [searchable(word)])
    assert hits(parts) == [hit]
    assert written(parts) == text


def test_hits_that_touch_are_marked_as_one():
    assert hits(marked("弾道ミサイル発射", ["弾道みさ", "みさいる"])) == ["弾道ミサイル"]


@given(TRICKY)
def test_a_text_is_folded_in_the_same_way_for_the_index_and_for_marks(text):
    folded = Folded(text)
    assert folded.text == searchable(text)
    assert len(folded.places) >= len(folded.text)


@given(TRICKY, st.data())
def test_marking_changes_no_text_and_finds_what_is_there(text, data):
    folded = searchable(text)
    begin = data.draw(st.integers(0, len(folded)))
    word = folded[begin : begin + data.draw(st.integers(1, 5))].strip()
    parts = marked(text, [word])
    assert written(parts) == text
    assert bool(hits(parts)) == bool(word)
    if word:
        assert all(word in searchable(hit) for hit in hits(parts))


def test_a_snippet_begins_at_the_sentence_of_the_hit():
    text = "前の文がここで終わる。" * 20 + "次に空軍が来た。" + "後の文。" * 100
    parts = snippet([text], ["空軍"])
    assert written(parts).startswith("…")
    assert written(parts).endswith("…")
    assert "次に空軍が来た。" in written(parts)
    assert len(written(parts)) <= LENGTH + 2


def test_a_snippet_cuts_no_hit_in_two():
    text = "空軍" + "あ" * (LENGTH - 4) + "弾道ミサイル" + "い" * 50
    assert hits(snippet([text], ["空軍", "弾道みさいる"])) == ["空軍", "弾道ミサイル"]


@pytest.mark.parametrize("before", [0, PIECE - 3, PIECE - 1, PIECE, 3 * PIECE + 1])
def test_a_hit_far_behind_is_found(before):
    parts = snippet(["", "あ" * before + "弾道ミサイル" + "い" * 500], ["弾道みさいる"])
    assert hits(parts) == ["弾道ミサイル"]


def test_without_a_hit_the_beginning_is_shown():
    parts = snippet(["", "あ" * 500], ["空軍"])
    assert (hits(parts), written(parts)) == ([], "あ" * LENGTH + "…")
    assert snippet(["", ""], ["空軍"]) == []


def test_without_words_to_mark_no_text_is_folded(monkeypatch):
    monkeypatch.setattr("articles.snippets.Folded", None)
    assert written(snippet(["空軍です" * 9_000], [])).startswith("空軍です")
