import csv
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import models, verdict
from comments.rules import RuleSet
from comments.starter_rules import GROUPS
from comments.verdict import MOST_LINES, OLDEST_FORM, PARTS, Facts, Outcome, explain, judge

LABELLED = Path(__file__).parents[2] / "bench/labelled_comments.tsv"


@dataclass(frozen=True)
class Rule:
    action: str = "hold"
    message: str = ""
    pk: int = 7


@dataclass(frozen=True)
class Hit:
    """A word that a rule has found at the place of 「だめ」."""

    rule: Rule
    is_exact: bool = True
    start: int = 0
    end: int = 2


@dataclass(frozen=True)
class Found:
    hits: tuple[Hit, ...] = ()
    ran_out_of_time: bool = False


@dataclass(frozen=True)
class Rules:
    """Rules that find the same whatever the text, and in a name only what begins with 「だめ」."""

    hits: tuple[Hit, ...] = ()
    ran_out_of_time: bool = False

    def search(self, text: str) -> Found:
        return Found(self.hits if text.startswith("だめ") else (), self.ran_out_of_time)


NO_RULES = Rules()


def outcome(text: str, rules=NO_RULES, **facts) -> tuple[str, str]:
    found = judge(text, Facts(**facts), rules)
    return found.outcome, " ".join(map(str, found.reasons))


PUBLISHED = ("publish", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("草", PUBLISHED),
        ("それな", PUBLISHED),
        ("はあ？", PUBLISHED),
        ("w" * 40, PUBLISHED),
        ("ーーーーーーーーーー！！！！！！！！！！", PUBLISHED),
        ("キタ━━━━━━(ﾟ∀ﾟ)━━━━━━ !!!!!", PUBLISHED),
        ("WHOとIMFとOECDがそろって見通しを下げた。", PUBLISHED),
        ("NATO, THE EU AND THE UN AGREE", PUBLISHED),
        ("賛成 56%\n反対 31%\nわからない 13%", PUBLISHED),
        ("売国" * 10, PUBLISHED),
        ("同じ\n" * 5, PUBLISHED),
        ("出典 https://example.com/" + "a" * 90, PUBLISHED),
        ("あ" * 51, ("hold", "noise:run")),
        ("同じ行\n" * 6, ("hold", "noise:lines")),
        ("激安の店はこちらです。" * 40, ("hold", "noise:words")),
        ("★☆" * 30, ("hold", "noise:signs")),
        (
            "BUY THE FINEST WATCHES OF THE WORLD NOW AND PAY NOTHING UNTIL THE NEXT YEAR COMES",
            ("hold", "noise:capitals"),
        ),
    ],
)
def test_noise(text, expected):
    assert outcome(text) == expected


def test_length():
    lines = "\n".join(map(str, range(MOST_LINES)))
    prose = "".join(chr(0x4E00 + n) for n in range(5_000))
    assert outcome(lines) == PUBLISHED
    assert outcome(f"{lines}\n次") == ("hold", "length:lines")
    assert outcome(prose) == PUBLISHED
    assert outcome(f"{prose}長") == ("hold", "length:long")


def test_trap():
    assert outcome("賛成です。", trap="http://example.com/") == ("hold", "trap")


@pytest.mark.parametrize(
    ("age", "is_known", "expected"),
    [
        (timedelta(seconds=2), False, PUBLISHED),
        (timedelta(hours=14), False, PUBLISHED),
        (OLDEST_FORM, False, PUBLISHED),
        (timedelta(days=30), True, PUBLISHED),
        (timedelta(days=30), False, ("hold", "form:old")),
        (timedelta(seconds=1), True, ("hold", "form:quick")),
        # Two machines whose clocks differ.
        (timedelta(seconds=-1), True, ("hold", "form:quick")),
        (None, True, ("hold", "form:missing")),
    ],
)
def test_form_age(settings, age, is_known, expected):
    settings.MIN_FORM_SECONDS = 2
    assert outcome("賛成です。", form_age=age, is_known=is_known) == expected


def test_quick_forms_pass_where_the_site_says_so(settings):
    settings.MIN_FORM_SECONDS = 0
    assert outcome("賛成です。", form_age=timedelta(0)) == PUBLISHED


@pytest.mark.parametrize(("repeats", "expected"), [(0, PUBLISHED), (1, PUBLISHED), (2, ("hold", "repeats:2"))])
def test_repeats(repeats, expected):
    assert outcome("どこにでも貼られる文章です。", repeats=repeats) == expected


SOURCE = "https://example.com/a"


@pytest.mark.parametrize(
    ("text", "is_known", "expected"),
    [
        ("資料なし", False, PUBLISHED),
        (f"資料 {SOURCE}", True, PUBLISHED),
        (f"{SOURCE} と {SOURCE}", True, PUBLISHED),
        (" ".join([SOURCE] * 4), True, ("hold", "links:4")),
        (" ".join([SOURCE] * 4), False, ("hold", "links:4")),
        (f"資料 {SOURCE}", False, ("hold", "links:newcomer")),
        ("見て ttp://example.com/a", False, ("hold", "links:newcomer")),
        ("www.example.com で検索", False, ("hold", "links:newcomer")),
        ("www が生えた。WWWの歴史", False, PUBLISHED),
        ("https://news.example.jp/articles/1/ の続き", False, PUBLISHED),
        ("https://news.example.jp.evil.example/ の続き", False, ("hold", "links:newcomer")),
    ],
)
def test_links(settings, text, is_known, expected):
    settings.SITE_URL = "https://news.example.jp"
    assert outcome(text, is_known=is_known) == expected


@pytest.mark.parametrize(
    ("hit", "facts", "expected"),
    [
        (Hit(Rule("mask")), {}, PUBLISHED),
        (Hit(Rule("hold")), {}, ("hold", "rules:7")),
        (Hit(Rule("hold_new")), {}, PUBLISHED),
        (Hit(Rule("hold_new")), {"is_new": True}, ("hold", "rules:7")),
        (Hit(Rule("hold_new")), {"is_known": False}, ("hold", "rules:7")),
        (Hit(Rule("refuse")), {}, ("refuse", "rules:7")),
        # Through a gap it may be chance.
        (Hit(Rule("refuse"), is_exact=False), {}, ("hold", "rules:7")),
        (Hit(Rule("refuse")), {"by_staff": True}, PUBLISHED),
    ],
)
def test_rules(hit, facts, expected):
    assert outcome("だめな文章", Rules((hit,)), **facts) == expected


def test_a_rule_that_masks_changes_what_is_stored():
    assert "だめ" not in judge("だめな文章", Facts(), Rules((Hit(Rule("mask")),))).text


def test_a_refused_text_stays_as_it_was_typed():
    refused = judge("だめな文章", Facts(), Rules((Hit(Rule("mask")), Hit(Rule("refuse", "言い換えてください。")))))
    assert (refused.text, refused.message) == ("だめな文章", "言い換えてください。")


def test_a_rule_without_a_sentence_has_the_usual_one():
    assert judge("だめな文章", Facts(), Rules((Hit(Rule("refuse")),))).message


def test_rules_that_take_too_long_hold():
    assert outcome("よい文章", Rules(ran_out_of_time=True)) == ("hold", "rules:time")


@pytest.mark.parametrize(("action", "expected"), [("mask", "hold"), ("hold", "hold"), ("refuse", "refuse")])
def test_rules_look_at_the_name_as_well(action, expected):
    assert outcome("よい文章", Rules((Hit(Rule(action)),)), name="だめ男") == (expected, "rules:7")


def test_bans():
    until = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    for_a_time = judge("賛成です。", Facts(is_banned=True, ban_until=until), NO_RULES)
    for_good = judge("賛成です。", Facts(is_banned=True), NO_RULES)
    assert for_a_time.outcome == for_good.outcome == Outcome.REFUSE
    assert "2026年12月01日 12:00" in for_a_time.message
    assert for_good.message != for_a_time.message


@pytest.mark.parametrize(
    ("premoderation", "text", "is_known", "expected"),
    [
        ("none", "賛成です。", False, PUBLISHED),
        ("first", "賛成です。", True, PUBLISHED),
        ("first", "賛成です。", False, ("hold", "premoderation:first")),
        ("links", "賛成です。", False, PUBLISHED),
        ("links", SOURCE, True, ("hold", "premoderation:links")),
        ("all", "賛成です。", True, ("hold", "premoderation:all")),
    ],
)
def test_premoderation(premoderation, text, is_known, expected):
    assert outcome(text, premoderation=premoderation, is_known=is_known) == expected


@pytest.mark.parametrize(("is_known", "expected"), [(True, PUBLISHED), (False, ("hold", "valve"))])
def test_valve(is_known, expected):
    # A cookie of a minute, and a comment that is published: known.
    assert outcome("賛成です。", has_valve=True, is_new=True, is_known=is_known) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("", PUBLISHED), ("ham", PUBLISHED), ("spam", ("hold", "akismet:spam")), ("failed", ("hold", "akismet:failed"))],
)
def test_spam_check(answer, expected):
    assert outcome("賛成です。", spam_check=answer) == expected


def test_everything_that_holds_is_named():
    assert outcome(SOURCE, trap="x", is_known=False, has_valve=True) == ("hold", "trap links:newcomer valve")


def test_what_is_refused_or_published_has_no_hold_reasons():
    assert judge("賛成です。", Facts(is_banned=True, trap="x"), NO_RULES).hold_reasons == ""
    assert judge("賛成です。", Facts(), NO_RULES).hold_reasons == ""
    assert judge("賛成です。", Facts(trap="x"), NO_RULES).hold_reasons == "trap"


def test_stored_reasons_are_cut_between_two():
    many = tuple(verdict.Reason("links", str(n)) for n in range(100))
    stored = verdict.Verdict(Outcome.HOLD, many).hold_reasons
    assert len(stored) <= 200
    assert explain(stored)[-1] == explain(stored.split()[-1])[0]


def test_a_code_that_nobody_knows_is_shown():
    unknown, known = explain("moon:full reports:3")
    assert unknown == "moon:full"
    assert "3つのネットワーク" in known


facts = st.builds(
    Facts,
    is_known=st.booleans(),
    is_new=st.booleans(),
    form_age=st.none() | st.timedeltas(),
    trap=st.text(),
    name=st.text(),
    repeats=st.integers(0),
    is_banned=st.booleans(),
    ban_until=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    premoderation=st.sampled_from(["none", "first", "links", "all"]),
    has_valve=st.booleans(),
    spam_check=st.sampled_from(["", "ham", "spam", "failed"]),
)
hits = st.builds(
    Hit,
    st.builds(Rule, st.sampled_from(["mask", "hold", "hold_new", "refuse"]), st.text()),
    st.booleans(),
)
rules = st.builds(Rules, st.lists(hits, max_size=2).map(tuple), st.booleans())
texts = st.text() | st.text().map("だめ{}".format) | st.text(min_size=1, max_size=3).map(lambda piece: piece * 400)


@settings(deadline=None)
@given(texts, facts, rules)
def test_any_text_gets_a_verdict_that_explains_itself(text, facts, rules):
    found = judge(text, facts, rules)
    assert (found.outcome == Outcome.PUBLISH) == (not found.reasons)
    assert (found.outcome == Outcome.REFUSE) == bool(found.message)
    assert len(found.hold_reasons) <= verdict.STORED_LENGTH
    sentences = explain(" ".join(map(str, found.reasons)))
    assert len(sentences) == len(found.reasons)
    assert all(" " in sentence or "。" in sentence for sentence in sentences)


@settings(deadline=None)
@given(texts, facts, rules)
def test_staff_are_always_published_as_they_wrote(text, facts, rules):
    found = judge(text, replace(facts, by_staff=True), rules)
    assert (found.outcome, found.text) == (Outcome.PUBLISH, text)


@pytest.mark.parametrize("piece", ["あ", "a", "死ね", "http://", "www.", "w.", "\n", "A B ", "★", "ttp"])
def test_a_megabyte_of_anything_gets_a_verdict(piece):
    assert judge(piece * (1_000_000 // len(piece)), Facts(), NO_RULES).outcome == Outcome.HOLD


def test_parts_have_names_of_their_own_and_explain_themselves():
    assert len({part.name for part in PARTS}) == len(PARTS)
    assert all(part.label and part.does and part.explain("") for part in PARTS)


def labelled(label: str) -> list[str]:
    with LABELLED.open(encoding="utf-8", newline="") as lines:
        return [
            row["text"].replace("\\n", "\n") for row in csv.DictReader(lines, delimiter="\t") if row["label"] == label
        ]


def test_no_clean_comment_is_held_for_how_it_is_written():
    """By the other parts than the rules."""
    held = {text: judge(text, Facts(), NO_RULES).reasons for text in labelled("clean")}
    assert {text: reasons for text, reasons in held.items() if reasons} == {}


def test_no_clean_comment_is_refused_by_the_suggested_rules():
    suggested = [rule for group in GROUPS for rule in group.rules]
    rules = RuleSet([models.Rule(pk=pk, **rule._asdict()) for pk, rule in enumerate(suggested, start=1)])
    verdicts = {text: judge(text, Facts(is_known=False, is_new=True), rules) for text in labelled("clean")}
    assert [text for text, found in verdicts.items() if found.outcome == Outcome.REFUSE] == []
    # And the rules are there: what they are made for is caught.
    assert judge("死ね", Facts(), rules).outcome == Outcome.HOLD


def test_the_labelled_set_is_large_enough():
    rows = [row for label in ("clean", "rude", "masked", "spam", "borderline") for row in labelled(label)]
    japanese = [text for text in rows if re.search("[ぁ-んァ-ヶｱ-ﾝ一-龠]", text)]
    assert len(japanese) >= 300
    assert len(rows) - len(japanese) >= 100
