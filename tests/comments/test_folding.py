import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.folding import fold
from comments.folding import skeleton

# Names rather than arbitrary characters: what is folded in several steps meets here often.
LETTERS = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("ガｶﾞヷーｰ一iIıİΊϊО0〇㍿rnvv")),
    max_size=12,
)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("ＡＢＣ", "abc"),
        ("ｶﾞｷﾞﾊﾟ", "がぎぱ"),
        ("スタッフ", "すたっふ"),
        ("ヴヵヶヽヾ", "ゔゕゖゝゞ"),
        ("㈱", "(株)"),
        ("Straße", "strasse"),
        ("か\u3099", "が"),
        # For words the reading counts, not the looks.
        ("口コミ", "口こみ"),
        ("ー一", "ー一"),
    ],
)
def test_it_folds_width_case_and_kana(text, folded):
    assert fold(text) == folded


@given(LETTERS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(LETTERS)
def test_a_skeleton_is_its_own_skeleton(text):
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    "name, same",
    [
        ("灯台守", "灯 台\u3000守"),
        ("灯台守", "灯\u200b台\u2060守\ufe0f"),
        ("灯台守", "★灯台守★"),
        ("灯台守", "ㅤ灯台守"),
        ("スタッフ", "すたっふ"),
        ("スタッフ", "ｽﾀｯﾌ"),
        ("スタッフ", "スタツフ"),
        ("スタッフ", "ス夕ッフ"),
        ("ガイド", "ｶﾞｲﾄﾞ"),
        ("ガイド", "カ\u3099イド"),
        ("カニエ", "力二工"),
        ("トハヘミチオメ", "卜八へ三千才乄"),
        ("モデレーター", "モデレ一タ―"),
        ("鈴木一郎", "鈴木ー郎"),
        ("ロジ", "口ジ"),
        ("管理人", "菅理入"),
        ("運営", "運營"),
        ("Admin", "ＡＤＭＩＮ"),
        ("Admin", "Аdmіn"),
        ("Admin", "ΑDΜΙΝ"),
        ("Admin", "Ádmïn"),
        ("Admin", "A-d.m_i n"),
        ("Admin", "ᴀᴅᴍɪɴ"),
        ("Admin", "Adrnin"),
        ("Bill", "B1Il"),
        ("Oslo", "0s|〇"),
        ("World", "VVorld"),
    ],
)
def test_names_that_look_alike(name, same):
    assert skeleton(same) == skeleton(name)


@pytest.mark.parametrize(
    "name, other",
    [
        ("灯台守", "灯台"),
        ("灯台守", "灯台守2"),
        ("かんり", "がんり"),
        ("はな", "ぱな"),
        ("シマ", "ツマ"),
        ("大田", "太田"),
        ("Admin", "Adman"),
        ("Anna", "Ana"),
        ("Eva", "Iva"),
    ],
)
def test_names_that_do_not(name, other):
    assert skeleton(other) != skeleton(name)


@pytest.mark.parametrize("name", ["", "🚋", "★", "\u200b", "ー", "...", "\u3164"])
def test_nothing_is_left_of_signs(name):
    assert skeleton(name) == ""
