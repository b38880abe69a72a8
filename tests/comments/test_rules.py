import itertools
import unicodedata
from dataclasses import dataclass

import pytest
import regex
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from comments import rules, starter_rules
from comments.rules import LOOKED_AT, MASK, RuleSet, check_pattern, masked
from comments.words import Word, Words, clusters


@dataclass(frozen=True)
class Rule:
    pattern: str
    kind: str = "word"
    pk: int = 1
    action: str = "hold"
    message: str = ""


def found(pattern, text, kind="word"):
    """The parts of the text that the rule finds."""
    return [text[hit.start : hit.end] for hit in RuleSet([Rule(pattern, kind)]).search(text).hits]


def exactness(pattern, text):
    return [hit.is_exact for hit in RuleSet([Rule(pattern)]).search(text).hits]


@pytest.mark.parametrize(
    "pattern, text, part",
    [
        ("死ね", "お前は死ね。", "死ね"),
        ("バカ", "ﾊﾞｶめ", "ﾊﾞｶ"),
        ("バカ", "ばかだ", "ばか"),
        ("ﾊﾞｶ", "このバカが", "バカ"),
        ("バカ", "ハ゛カ", "ハ゛カ"),
        ("バカ", "ハ\u3099カ", "ハ\u3099カ"),
        ("ＦＵＣＫ", "これはfuckだ", "fuck"),
        ("fuck", "“Ｆｕｃｋ”", "Ｆｕｃｋ"),
        ("LINE追加", "ＬＩＮＥ追加で", "ＬＩＮＥ追加"),
        ("kill yourself", "Kill Yourself!", "Kill Yourself"),
        ("kill yourself", "killyourself", "killyourself"),
        ("株式会社", "㍿", "㍿"),
        ("元本保証", "【元本保証】", "元本保証"),
        ("8時", "８時に", "８時"),
    ],
)
def test_it_finds_a_word_as_written_in_any_width_kana_and_case(pattern, text, part):
    assert found(pattern, text) == [part]
    assert exactness(pattern, text) == [True]


@pytest.mark.parametrize(
    "pattern, text, part",
    [
        ("死ね", "死 ね", "死 ね"),
        ("死ね", "死\u3000ね", "死\u3000ね"),
        ("死ね", "死・*ね", "死・*ね"),
        ("死ね", "死♡ね", "死♡ね"),
        ("死ね", "死💀ね", "死💀ね"),
        ("死ね", "死...ね", "死...ね"),
        ("死ね", "死" + "\u200b" * 9 + "ね", "死" + "\u200b" * 9 + "ね"),
        ("死ね", "死\u0336ね\u0336", "死\u0336ね\u0336"),
        ("死ね", "タヒね", "タヒね"),
        ("死ね", "ﾀﾋ ね", "ﾀﾋ ね"),
        ("死ね", "夕ヒね", "夕ヒね"),
        ("神様", "ネ申様", "ネ申様"),
        ("殺すぞ", "メ木殳すぞ", "メ木殳すぞ"),
        ("死ね", "死○ね", "死○ね"),
        ("マンコ", "ま○こ", "ま○こ"),
        ("マンコ", "まん〇です", "まん〇"),
        ("マンコ", "＊ンコ", "＊ンコ"),
        ("セックス", "セ○○ス", "セ○○ス"),
        ("バカ", "このバ・カが", "バ・カ"),
        ("キモい", "キモぃ", "キモぃ"),
        ("fuck", "f*ck", "f*ck"),
        ("fuck", "f**k", "f**k"),
        ("fuck", "f-ck", "f-ck"),
        ("fuck", "f u c k", "f u c k"),
        ("fuck", "f.u.c.k", "f.u.c.k"),
        ("fuck", "fu\u200bck", "fu\u200bck"),
        ("fuck", "fuсk", "fuсk"),
        ("fuck", "fùck", "fùck"),
        ("fuck", "🅵🆄🅲🅺", "🅵🆄🅲🅺"),
        ("shit", "sh1t", "sh1t"),
        ("fuck", "fuuuuck", "fuuuuck"),
        ("fuck", "fuckkk", "fuckkk"),
        ("ass", "@ss", "@ss"),
        ("ass", "a$$", "a$$"),
    ],
)
def test_it_finds_a_disguised_word_and_says_that_it_is_not_exact(pattern, text, part):
    assert found(pattern, text) == [part]
    assert exactness(pattern, text) == [False]


@pytest.mark.parametrize(
    "pattern, text",
    [
        # Words in Latin letters end at their neighbours.
        ("ass", "class"),
        ("ass", "assume"),
        ("ass", "ass2"),
        ("fuck", "Éfuck"),
        ("ass", "as soon"),
        ("ass", "a ss"),
        ("LINE追加", "ONLINE追加"),
        # A number is no word.
        ("ass", "455"),
        ("ass", "a55"),
        ("ass", "as*"),
        ("god", "good"),
        # Stops and line ends divide.
        ("バカ", "カバ、カモ"),
        ("死ね", "死。ね"),
        ("死ね", "死\nね"),
        ("死ね", "死    ね"),
        # In a list of words in kana, the ends of two are no third.
        ("バカ", "カバ・カモ"),
        ("バカ", "カバ カモ"),
        ("しね", "楽しいし ねえ"),
        # Nothing is told by what a mask leaves of two letters, or by two of three.
        ("死ね", "○ね"),
        ("マンコ", "ま○○"),
        ("マンコ", "○○こ"),
        ("マンコ", "まん○○"),
        ("殺すぞ", "なぜ殺す?"),
        # One drawn with two only in katakana, and only when the word goes on.
        ("死ね", "タヒチ"),
        ("死ね", "たひね"),
        # 努力する holds no カス.
        ("カス", "努力する"),
        ("バカ", "そればかり"),
        ("バカ", "アルバカーキ"),
        ("チンコ", "パチンコ"),
        ("デブ", "燃料デブリ"),
        ("死ね", "死ねない"),
        ("死ね", ""),
        ("死ね", "○"),
    ],
)
def test_it_leaves_what_only_looks_like_a_word(pattern, text):
    assert found(pattern, text) == []


def test_it_says_where_each_of_several_rules_was_found():
    insult, threat = Rule("バカ", pk=1), Rule("死ね", pk=2)
    text = "ﾊﾞｶは死ね、バカ"
    hits = RuleSet([insult, threat]).search(text).hits
    assert [(hit.rule, hit.start, hit.end) for hit in hits] == [(insult, 0, 3), (threat, 4, 6), (insult, 7, 9)]


def test_a_word_and_one_within_it_are_both_found():
    rule_set = RuleSet([Rule("クソ", pk=1), Rule("クソ野郎", pk=2)])
    assert {hit.rule.pk for hit in rule_set.search("クソ野郎").hits} == {1, 2}


def test_a_set_without_rules_finds_nothing():
    assert RuleSet([]).search("死ね").hits == ()


@pytest.mark.parametrize(
    "text, shown",
    [
        ("このﾊﾞｶが", "この○○○が"),
        ("バカとばか", "○○と○○"),
        ("バ カめ", "○ ○め"),
    ],
)
def test_it_masks_each_character_and_keeps_spaces(text, shown):
    assert masked(text, RuleSet([Rule("バカ")]).search(text).hits) == shown


@pytest.mark.parametrize(
    "pattern, text, part",
    [
        ("死(ね|んで)", "お前は死んで", "死んで"),
        ("line.{0,3}追加", "公式ＬＩＮＥを追加", "ＬＩＮＥを追加"),
        ("ガイ", "ｶﾞｲ", "ｶﾞｲ"),
        ("ｶﾞｲ", "ガイ", "ガイ"),
        ("^氏ね$", "今日は\n氏ね\nでは", "氏ね"),
        # Brackets and signs in full width are what they look like.
        ("死ね（笑）", "死ね(笑)", "死ね(笑)"),
        ("本当？", "本当？", "本当？"),
    ],
)
def test_an_expression_meets_the_text_after_nfkc(pattern, text, part):
    assert found(pattern, text, "regex") == [part]


def test_an_expression_does_not_match_where_nothing_is():
    assert found("(?=死)", "死ね", "regex") == []


HOSTILE = [
    ("(a+)+$", "a" * 4_000 + "!"),
    ("^(.*?,){30}P", "1,2,3,4," * 500),
    ("(あ+)+い", "あ" * 4_000),
    (r"(\w|\w\w|\w\w\w)+\d", "死" * 4_000),
]


@pytest.mark.parametrize("pattern, text", HOSTILE)
def test_an_expression_that_does_not_end_is_stopped_and_told(pattern, text):
    assert RuleSet([Rule(pattern, "regex")]).search(text).ran_out_of_time


def test_the_other_rules_are_asked_even_so():
    found = RuleSet([Rule("(a+)+$", "regex", 1), Rule("b!", "regex", 2), Rule("死ね", pk=3)])
    result = found.search("a" * 4_000 + "b!死ね")
    assert result.ran_out_of_time
    assert {hit.rule.pk for hit in result.hits} == {2, 3}


def test_many_that_do_not_end_share_one_limit(monkeypatch):
    asked = []
    monkeypatch.setattr(rules, "_spans", lambda expression, text, seconds: asked.append(seconds) or [])
    clock = iter(range(100))
    monkeypatch.setattr(rules, "thread_time", lambda: next(clock) * rules.SECONDS / 4)
    result = RuleSet([Rule("a", "regex")] * 9).search("a")
    assert result.ran_out_of_time
    assert min(asked) < 0 < max(asked) <= rules.EXPRESSION_SECONDS


def test_without_time_left_no_expression_begins():
    with pytest.raises(TimeoutError):
        list(rules._spans(regex.compile("a"), "a", 0))


def test_words_stop_when_the_time_is_over(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(rules, "thread_time", lambda: next(clock) * rules.SECONDS / 4)
    result = RuleSet([Rule("死ね")]).search("死ね。" * 9)
    assert result.ran_out_of_time
    assert len(result.hits) < 9


# With the ways counted one by one each of these would take hours.
ROWS = [
    ("w" * 20, "い" + "w" * 400),
    ("w" * 40, "w" * 5_000),
    ("ww ww ww ww ww ww ww ww", "www " * 100),
    ("il" * 6, "|" * 30),
    ("wwwwwwwwwwwwwwwwい", "w*" * 200),
    ("き" * 20, "き・" * 200 + "○き" * 200),
    ("死" + "w" * 20, "死" + "w" * 400),
    ("aoaoaoaoaoaoaoaoaoao", "aaaooo" * 60 + "0" * 40),
]


@pytest.mark.parametrize("pattern, text", ROWS)
def test_letters_in_rows_are_no_long_work(pattern, text):
    steps = itertools.count()
    list(Words([Word(pattern)]).find(text, lambda: next(steps) > 60_000))
    assert next(steps) < 60_000


def test_words_of_one_letter_and_more_are_no_long_work():
    steps = itertools.count()
    list(Words(Word("w" * n) for n in range(2, 30)).find("い" + "w w" * 150, lambda: next(steps) > 60_000))
    assert next(steps) < 60_000


def test_the_clock_is_asked_on_the_way_through_one_word():
    asked = itertools.count()
    list(Words([Word("死" + "w" * 20)]).find("死" + "w" * 400, lambda: next(asked) >= 10))
    assert 10 < next(asked) < 15


def test_a_row_stands_for_each_of_two_words():
    rule_set = RuleSet([Rule("god", pk=1), Rule("good", pk=2)])
    assert {hit.rule.pk for hit in rule_set.search("gooood").hits} == {1, 2}


def test_what_is_not_looked_at_is_told():
    result = RuleSet([Rule("死ね")]).search("あ" * LOOKED_AT + "死ね")
    assert result.hits == () and result.ran_out_of_time
    assert not RuleSet([Rule("死ね")]).search("あ" * LOOKED_AT).ran_out_of_time


def test_a_megabyte_of_marks_is_no_long_work():
    assert RuleSet([Rule("死ね")]).search("死" + "\u0336" * 1_000_000).ran_out_of_time


def test_no_piece_of_a_text_is_long_whatever_marks_it_has():
    assert max(end - start for start, end in clusters("死" + "\u0336" * 1_000)) < 20


def test_a_sign_that_a_word_has_itself_is_no_mask():
    assert exactness("マ○コ", "マ○コ") == [True]


@pytest.mark.parametrize(
    "kind, pattern",
    [
        ("word", ""),
        ("word", " ・*"),
        ("word", "\u200b"),
        ("word", "死"),
        ("word", "死 "),
        ("regex", "(死"),
        ("regex", ""),
        ("regex", "死*"),
        ("regex", "死|$"),
        ("regex", "^"),
        # Written out, these would not fit into memory.
        ("regex", "(" * 40 + "a+" + ")+" * 40),
        ("regex", "(((ab){500}){500}){500}"),
    ],
)
def test_it_refuses_a_pattern_that_cannot_serve(kind, pattern):
    with pytest.raises(ValidationError):
        check_pattern(kind, pattern)


@pytest.mark.parametrize("kind, pattern", [("word", "死ね"), ("word", "5ch"), ("regex", "死+ね"), ("regex", "(a+)+$")])
def test_it_takes_one_that_can(kind, pattern):
    check_pattern(kind, pattern)


def test_a_broken_expression_that_got_past_the_form_finds_nothing():
    assert RuleSet([Rule("(死", "regex")]).search("(死").hits == ()


def test_the_suggested_rules_can_all_serve():
    for group in starter_rules.GROUPS:
        for rule in group.rules:
            check_pattern(rule.kind, rule.pattern)
            assert len(rule.pattern) <= 200


def test_the_suggested_rules_are_each_there_once():
    patterns = [rule.pattern for group in starter_rules.GROUPS for rule in group.rules]
    assert len(patterns) == len(set(patterns))


def test_every_suggested_refusal_has_a_sentence():
    refusals = [rule for group in starter_rules.GROUPS for rule in group.rules if rule.action == "refuse"]
    assert refusals and all(rule.message for rule in refusals)


@pytest.mark.parametrize(
    "text",
    [
        "副大臣の発言はおかしいと思います。説明してほしい。",
        "パチンコ店の前で事故があったそうですね。心配です。",
        "燃料デブリの取り出しは 2030 年代になるという。",
        "東西の列車が止まり、駅は人ばかりでした。",
        "タヒチへ旅行に行きます。楽しみだし、ねえ。",
        "彼氏ねえ……いませんよ。",
        "In class we discussed the assumption. Scunthorpe is a town.",
        "容疑者は「爆発する」と話したという。なぜ殺す?",
        "そのときもいい天気でした。",
        "避難した人たちが国に帰れる日が来てほしい。",
        "必要な人が安らかに死ねる社会か、という議論です。彼らが死んでくれたわけではない。",
        "米軍基地外での事件も減らしてほしい。",
        "副業を認める会社が増えました。オンラインカジノの違法性も知られてきた。",
        "詐欺の手口に驚きました。闇バイト募集に応じたのは若者だという。",
        "夜道に気をつけて帰ってください。",
        "惣菜とシナモンロールを買いました。ハゲタカも見ました。",
    ],
)
def test_the_suggested_rules_leave_clean_comments(text):
    suggested = [rule for group in starter_rules.GROUPS for rule in group.rules]
    assert [hit.rule.pattern for hit in RuleSet(suggested).search(text).hits] == []


@pytest.mark.parametrize(
    "text",
    [
        "「必ず儲かる」「LINE追加で即金」は詐欺です。誰でも簡単に稼げるわけがない。",
        "「死ね」と書かれた手紙が届いたそうです。ひどい。",
        "公式LINEは https://line.me/ から。",
    ],
)
def test_the_suggested_rules_do_not_refuse_who_quotes(text):
    suggested = [rule for group in starter_rules.GROUPS for rule in group.rules]
    assert "refuse" not in {hit.rule.action for hit in RuleSet(suggested).search(text).hits}


@pytest.mark.parametrize(
    "text, action",
    [
        ("スマホだけで稼げる! https://lin.ee/abc", "refuse"),
        ("ｈｔｔｐｓ：//lin.ee/abc ← 現金プレゼント", "refuse"),
        ("お前なんかタヒね", "hold"),
        ("半島へ帰れ!", "hold"),
        ("kill  yourself", "hold"),
        ("彼はア・ホです", "hold_new"),
        ("ｱ ﾎ", "hold"),
        ("この記者はバカだろ", "hold"),
        ("What the f*ck", "mask"),
    ],
)
def test_the_suggested_rules_find_what_they_are_for(text, action):
    suggested = [rule for group in starter_rules.GROUPS for rule in group.rules]
    assert action in {hit.rule.action for hit in RuleSet(suggested).search(text).hits}


LETTERS = st.text(
    st.one_of(
        st.sampled_from("死ねシネﾀﾋタヒバカﾊﾞカ゛\u3099\u200b ・○*?fuckFUｃ1@$\n。ﾞ㍿ßİ\u0336"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)
WORDS = ["死ね", "バカ", "マンコ", "fuck", "ass", "sex", "kill you", "タヒ", "○ね", "ッパ"]


@given(LETTERS, st.lists(st.one_of(st.sampled_from(WORDS), LETTERS), max_size=5))
def test_hits_lie_within_the_text_and_in_order(text, patterns):
    hits = RuleSet(Rule(pattern, pk=n) for n, pattern in enumerate(patterns)).search(text).hits
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


@given(LETTERS, st.sampled_from(WORDS[:5]), LETTERS)
def test_what_is_masked_is_as_long_and_no_longer_found_as_written(before, word, after):
    text = before + word + after
    rule_set = RuleSet([Rule(word)])
    shown = masked(text, rule_set.search(text).hits)
    assert len(shown) == len(text)
    assert not any(hit.is_exact for hit in rule_set.search(shown).hits)
    assert set(shown) <= set(text) | {MASK}


@given(LETTERS)
def test_a_japanese_word_is_found_in_whatever_stands_around(before):
    # A mark at the end would belong to the word.
    assert "死ね" in [unicodedata.normalize("NFKC", part) for part in found("死ね", before + "\n死ね。")]


@given(LETTERS)
def test_an_expression_is_found_where_it_stands_in_the_original(before):
    text = before + "\n死んで。"
    assert found("死んで", text, "regex")[-1] == "死んで"
