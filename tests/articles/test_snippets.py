import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search import clusters, fold_cluster, parts, searchable
from articles.snippets import LENGTH, MOST_KEPT, OVERLAP, PIECE, Folded, Searched, _around, marked, snippet

# What folding makes longer, shorter, or of two one.
TRICKY = st.text(
    st.one_of(
        st.sampled_from("ｶﾞか\u3099ﾊﾟ㈱ﬁßŸİ\u0301\u200b\ufe0f e\u3000\r\n\t空軍ミサイルーA‑−👩\u200d🚋🇯🇵क्ष각\u0600"),
        st.characters(),
    )
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
    for words in (["弾道みさ", "みさいる"], ["みさいる", "弾道"]):
        assert hits(marked("弾道ミサイル発射", words)) == ["弾道ミサイル"]


def one_by_one(text):
    """The folded characters, each with begin and end of the cluster that it was made of."""
    found, begin = [], 0
    for cluster in clusters(text):
        for character in fold_cluster(cluster):
            if not character.isspace():
                found.append((character, begin, begin + len(cluster)))
            elif found and found[-1][0] != " ":
                found.append((" ", begin, begin + len(cluster)))
        begin += len(cluster)
    return found[:-1] if found and found[-1][0] == " " else found


@given(TRICKY)
@example("A  空\n\n  B  ")
def test_a_text_is_folded_in_the_same_way_for_the_index_and_for_marks(text):
    folded = Folded(text)
    assert folded.text == searchable(text)
    assert [(folded.text[n], *folded.place(n)) for n in range(len(folded.text))] == one_by_one(text)


def test_characters_that_are_folded_in_one_go_are_clusters_of_one_character():
    plain = [character for character in map(chr, range(0x30000)) if next(parts(character))[1]]
    assert set("a 空ア゠ー！") - set(plain) == {"゠"}
    # Beside a letter, beside themselves, and before white space, of which there is more than one kind.
    for character in plain:
        assert len(clusters(f"あ{character}{character}あ")) == 4, hex(ord(character))
        assert len(fold_cluster(character)) == 1, hex(ord(character))
        assert not character.isspace() or character == " ", hex(ord(character))


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


def test_a_text_that_ends_with_the_last_hit_goes_on_nowhere():
    text = "空軍" + "あ" * (LENGTH - 4) + "弾道ミサイル"
    assert written(snippet([text], ["空軍", "弾道みさいる"])) == text


@pytest.mark.parametrize("before", [0, PIECE - 3, PIECE - 1, PIECE, 3 * PIECE + 1])
def test_a_hit_far_behind_is_found(before):
    parts = snippet(["", "あ" * before + "弾道ミサイル" + "い" * 500], ["弾道みさいる"])
    assert hits(parts) == ["弾道ミサイル"]


def test_without_a_hit_the_beginning_is_shown():
    parts = snippet(["", "あ" * 500], ["空軍"])
    assert (hits(parts), written(parts)) == ([], "あ" * LENGTH + "…")
    assert snippet(["", ""], ["空軍"]) == []


@given(
    st.lists(st.sampled_from(["空軍", "ミサイル", "弾道", "。", "あ", "㈱", "長い文が" * 8]), max_size=40).map("".join),
    st.sets(st.sampled_from(["空軍", "みさいる", "道み", "弾道", "(株", "株)", "軍"]), min_size=1),
)
def test_a_snippet_is_a_part_of_the_whole_text_with_its_hits(text, words):
    shown, whole = letters(snippet([text], words)), letters(marked(text, words))
    shown = [letter for letter in shown if letter[0] != "…"]
    places = [n for n in range(len(whole) - len(shown) + 1) if whole[n : n + len(shown)] == shown]
    # Nor does it end within a hit.
    assert any(tuple(is_hit for _, is_hit in whole[n:][len(shown) - 1 :][:2]) != (True, True) for n in places)
    assert any(is_hit for _, is_hit in shown) == any(is_hit for _, is_hit in whole)


def letters(parts):
    return [(letter, part.is_hit) for part in parts for letter in part.text]


def pieces(text):
    return [text[max(begin - OVERLAP, 0) : begin + PIECE] for begin in range(0, len(text), PIECE)]


@given(st.lists(st.integers(0, 9_999), max_size=3), st.sampled_from(["空軍", "みさいる", "海"]))
def test_a_snippet_is_of_the_first_piece_that_has_a_hit(places, word):
    text = "".join("ミサイル。" if n in places else "あ" for n in range(10_000)) + "空軍"
    found = [(piece, *hits) for piece in pieces(text) if (hits := list(Folded(piece).hits([word])))]
    piece, *hits = found[0] if found else [text[:PIECE]]
    assert snippet(["", text], [word]) == _around(piece, *hits[:1], hits[1:])


def test_a_text_is_folded_once_for_many_searches(monkeypatch):
    folded = []
    monkeypatch.setattr("articles.snippets.Folded", lambda piece: folded.append(piece) or Folded(piece))
    searched = Searched(["あ" * PIECE + "空軍"])
    assert [hits(searched.snippet([word])) for word in ("空軍", "海軍", "空")] == [["空軍"], [], ["空"]]
    assert len(folded) == 2


def test_of_a_long_text_little_is_kept_folded():
    searched = Searched(["あ" * PIECE * 20 + "空軍"])
    assert hits(searched.snippet(["空軍"])) == hits(searched.snippet(["空軍"])) == ["空軍"]
    assert len(searched._kept) == MOST_KEPT


def test_without_words_to_mark_no_text_is_folded(monkeypatch):
    monkeypatch.setattr("articles.snippets.Folded", None)
    assert written(snippet(["空軍です" * 9_000], [])).startswith("空軍です")
