"""What becomes of a new comment: published, held until somebody has looked at it, or refused.

A pure function of the text, a few facts about who sent it and how (`facts`),
and the owner's rules. Each of its PARTS has a say of its own and explains
itself at the desk. Only two of them ever refuse: a rule whose words stand
there plainly, and a ban. Everything that is only likely is held, because a
person can let it through and a refusal cannot be taken back.

Short answers are normal here (草, それな, wwww), so nothing is held for being
short. The work is bounded for any text: what is longer than a comment may be
is held for that, and the parts look at its beginning.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import text as comment_text

if TYPE_CHECKING:
    from comments.rules import Found, Hit, RuleSet

# As many characters as the column has room for.
STORED_LENGTH = 200

# Higher than two screens of a phone, and more lines than the longest quotation of a bill.
MOST_LINES = 120

# Cheers and laughter run to a dozen or two, a ruled line to forty.
LONGEST_RUN = 50
# A slogan is chanted three times, a poem repeats a line four.
SAME_LINES = 6
# The same words over and over shrink to a twentieth, prose to a third; below so many bytes zlib says little.
DENSEST = 0.1
PACKED_BYTES = 400
# A kaomoji or a row of exclamation marks has fewer signs; figures from a table have digits among them.
MANY_SIGNS = 40
LEAST_LETTERS = 0.2
# Names of organisations in a row stay below it.
SHOUTED_LETTERS = 60
SHOUTED_SHARE = 0.9

# Copied and pasted: here and in two more places is no slip of somebody who had the wrong page open.
MOST_REPEATS = 2

# One source, or the two sides of a story, and one to spare; who was published before has shown that they read.
MOST_LINKS = 3
# Of somebody whose first comment it is, none: nine in ten advertisements are a first comment with a link.
MOST_LINKS_OF_NEWCOMERS = 0

# A page that was left open overnight, or over a long weekend, still posts.
OLDEST_FORM = timedelta(days=7)

# What counts as a link beside a whole address: written without its beginning so that filters do not see it.
LINK = re.compile(
    rf"{comment_text.ADDRESS.pattern}|\bttps?://[!-~]+|\bwww\.[a-z0-9-]+\.[a-z]", re.ASCII | re.IGNORECASE
)


class Outcome(StrEnum):
    PUBLISH = "publish"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Reason:
    """Why a comment was not simply published: the name of a part, and which of its reasons."""

    part: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.part}:{self.detail}" if self.detail else self.part


@dataclass(frozen=True)
class Facts:
    """What a verdict rests on beside the text."""

    # Has a comment here that was published and still is.
    is_known: bool = True
    # The visitor's cookie is younger than an hour, or there was none.
    is_new: bool = False
    by_staff: bool = False
    # Since the form was made; None: no stamp, or one that was altered.
    form_age: timedelta | None = timedelta(minutes=1)
    # What was typed into the field that nobody sees.
    trap: str = ""
    # The name beside the text.
    name: str = ""
    # The same text in other places in the last 24 hours.
    repeats: int = 0
    is_banned: bool = False
    # None with is_banned: for good.
    ban_until: datetime | None = None
    # none, first, links or all: of the article, else of the site.
    premoderation: str = "none"
    # The site takes newcomers' comments only after approval for a while.
    has_valve: bool = False
    # "" not asked, "ham", "spam", "failed"
    spam_check: str = ""


class Findings(NamedTuple):
    """What the rules have found in the text and in the name beside it."""

    text: "Found"
    name: "Found"


class Objection(NamedTuple):
    """What one part has to say against a comment; `message` is for the reader of a refused one."""

    detail: str = ""
    refuses: bool = False
    message: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the verdict. `reasons` are its sentences for the owner, by detail; "" is for all others."""

    name: str
    label: Promise | str
    does: Promise | str
    objects: Callable[[str, Facts, Findings], Objection | None]
    reasons: Mapping[str, Promise | str] = field(default_factory=dict)

    def explain(self, detail: str) -> str:
        return str(self.reasons.get(detail) or self.reasons[""]) % {"detail": detail}


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    # As it is to be stored, with masked words.
    text: str = ""
    # Why it is refused, for the reader.
    message: str = ""

    @property
    def holds(self) -> bool:
        return self.outcome == Outcome.HOLD

    @property
    def hold_reasons(self) -> str:
        """The reasons as they are stored with a comment that is held, "" for one that is not."""
        if not self.holds:
            return ""
        codes = " ".join(map(str, self.reasons))
        return codes if len(codes) <= STORED_LENGTH else codes[:STORED_LENGTH].rpartition(" ")[0]


class Unwanted(Exception):
    """A text that is refused; `verdict` says why."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.message)
        self.verdict = verdict

    @property
    def is_ban(self) -> bool:
        return any(reason.part == "ban" for reason in self.verdict.reasons)


def judge(text: str, facts: Facts, rules: "RuleSet") -> Verdict:
    """The verdict on a text that has passed the form. Staff's own is published as it is."""
    if facts.by_staff:
        return Verdict(Outcome.PUBLISH, text=text)
    found = Findings(rules.search(text), rules.search(facts.name))
    # One more than a comment may have, so that its length can be seen.
    beginning = text[: comment_text.MAX_LENGTH + 1]
    reasons, messages = [], []
    for part in PARTS:
        if objection := part.objects(beginning, facts, found):
            reasons.append(Reason(part.name, objection.detail))
            messages += [objection.message] if objection.refuses else []
    if messages:
        return Verdict(Outcome.REFUSE, tuple(reasons), text, messages[0])
    outcome = Outcome.HOLD if reasons else Outcome.PUBLISH
    return Verdict(outcome, tuple(reasons), masked(text, found.text))


def explain(hold_reasons: str) -> list[str]:
    """The stored codes as sentences for the owner; what is not known is shown as it is."""
    sentences = []
    for code in hold_reasons.split():
        name, _colon, detail = code.partition(":")
        part = BY_NAME.get(name)
        sentences.append(part.explain(detail) if part else code)
    return sentences


def masked(text: str, found: "Found") -> str:
    from comments import rules

    return rules.masked(text, masks_in(found))


def link_count(text: str) -> int:
    """How many addresses of other sites the text holds, also such as have lost their beginning."""
    own = settings.SITE_URL and f"{settings.SITE_URL}/".lower()
    return sum(not (own and f"{link.group()}/".lower().startswith(own)) for link in LINK.finditer(text))


# The parts


def judge_ban(text: str, facts: Facts, found: Findings) -> Objection | None:
    if not facts.is_banned:
        return None
    if facts.ban_until is None:
        return Objection("forever", True, _("We are sorry: you cannot write here any more. Nothing has been stored."))
    until = date_format(timezone.localtime(facts.ban_until), "DATETIME_FORMAT")
    message = _("We are sorry: you cannot write here until %(moment)s. Nothing has been stored.")
    return Objection("until", True, message % {"moment": until})


def judge_length(text: str, facts: Facts, found: Findings) -> Objection | None:
    if len(text) > comment_text.MAX_LENGTH:
        return Objection("long")
    return Objection("lines") if text.count("\n") >= MOST_LINES else None


def judge_noise(text: str, facts: Facts, found: Findings) -> Objection | None:
    sorts = {"run": has_run, "lines": has_same_lines, "words": has_same_words, "signs": has_signs, "capitals": shouts}
    # Addresses are made by machines; how many there may be is another part's matter.
    words = LINK.sub("", text)
    return next((Objection(detail) for detail, is_noise in sorts.items() if is_noise(words)), None)


def has_run(text: str) -> bool:
    return re.search(rf"(\S)\1{{{LONGEST_RUN},}}", text) is not None


def has_same_lines(text: str) -> bool:
    lines = Counter(filter(None, map(str.strip, text.split("\n"))))
    return lines.total() > 0 and lines.most_common(1)[0][1] >= SAME_LINES


def has_same_words(text: str) -> bool:
    encoded = text.encode(errors="replace")
    return len(encoded) >= PACKED_BYTES and len(zlib.compress(encoded)) < DENSEST * len(encoded)


def has_signs(text: str) -> bool:
    seen = "".join(text.split())
    if len(seen) < MANY_SIGNS:
        return False
    return sum(unicodedata.category(character)[0] in "LN" for character in seen) < LEAST_LETTERS * len(seen)


def shouts(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    capitals = sum("A" <= character <= "Z" or "Ａ" <= character <= "Ｚ" for character in letters)
    return capitals >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(letters)


def judge_trap(text: str, facts: Facts, found: Findings) -> Objection | None:
    return Objection() if facts.trap else None


def judge_form_age(text: str, facts: Facts, found: Findings) -> Objection | None:
    if facts.form_age is None:
        return Objection("missing")
    if settings.MIN_FORM_SECONDS and facts.form_age < timedelta(seconds=settings.MIN_FORM_SECONDS):
        return Objection("quick")
    return Objection("old") if facts.form_age > OLDEST_FORM and not facts.is_known else None


def judge_repeats(text: str, facts: Facts, found: Findings) -> Objection | None:
    return Objection(str(facts.repeats)) if facts.repeats >= MOST_REPEATS else None


def judge_links(text: str, facts: Facts, found: Findings) -> Objection | None:
    links = link_count(text)
    if links > MOST_LINKS:
        return Objection(str(links))
    return Objection("newcomer") if links > MOST_LINKS_OF_NEWCOMERS and not facts.is_known else None


def judge_rules(text: str, facts: Facts, found: Findings) -> Objection | None:
    hits = [*found.text.hits, *found.name.hits]
    if plain := next((hit for hit in hits if hit.rule.action == "refuse" and hit.is_exact), None):
        refused = _("This comment holds a word that is not published here. Please put it in another way.")
        return Objection(str(plain.rule.pk), True, plain.rule.message or refused)
    if hit := next((hit for hit in hits if holds(hit, facts)), None) or next(iter(masks_in(found.name)), None):
        return Objection(str(hit.rule.pk))
    return Objection("time") if found.text.ran_out_of_time or found.name.ran_out_of_time else None


def holds(hit: "Hit", facts: Facts) -> bool:
    # A word that is to be refused may stand there by chance when it is broken up or veiled, so a person must look.
    if hit.rule.action == "hold_new":
        return facts.is_new or not facts.is_known
    return hit.rule.action in {"hold", "refuse"}


def masks_in(found: "Found") -> "list[Hit]":
    """A text loses its masked words; a name, which is a person's mark, is looked at instead."""
    return [hit for hit in found.hits if hit.rule.action == "mask"]


def judge_premoderation(text: str, facts: Facts, found: Findings) -> Objection | None:
    chosen = facts.premoderation
    if chosen == "all" or (chosen == "first" and not facts.is_known) or (chosen == "links" and link_count(text)):
        return Objection(chosen)
    return None


def judge_valve(text: str, facts: Facts, found: Findings) -> Objection | None:
    # Whoever was published a minute before passes as well; what one visitor can write is bounded by `limits`.
    return Objection() if facts.has_valve and not facts.is_known else None


def judge_spam_check(text: str, facts: Facts, found: Findings) -> Objection | None:
    return Objection(facts.spam_check) if facts.spam_check in {"spam", "failed"} else None


PARTS: tuple[Part, ...] = (
    Part(
        "ban",
        gettext_lazy("bans"),
        gettext_lazy("Refuses what a banned visitor or network sends, and stores nothing of it."),
        judge_ban,
        {"": gettext_lazy("The author is banned.")},
    ),
    Part(
        "rules",
        gettext_lazy("word rules"),
        gettext_lazy(
            "Masks, holds or refuses by your rules. A rule that refuses only holds where its word is broken up or veiled."
        ),
        judge_rules,
        {
            "time": gettext_lazy("The rules could not be gone through in time."),
            "": gettext_lazy("Rule %(detail)s found its word."),
        },
    ),
    Part(
        "length",
        gettext_lazy("length"),
        gettext_lazy("Holds what is longer than a comment may be or has very many lines."),
        judge_length,
        {
            "long": gettext_lazy("It is longer than a comment may be."),
            "": gettext_lazy("It has very many lines."),
        },
    ),
    Part(
        "noise",
        gettext_lazy("noise"),
        gettext_lazy("Holds endless repetitions, texts of signs and long texts in capitals. Short answers pass."),
        judge_noise,
        {
            "run": gettext_lazy("One character is repeated over and over."),
            "lines": gettext_lazy("The same line stands there many times."),
            "words": gettext_lazy("The same words are repeated over and over."),
            "signs": gettext_lazy("It consists almost only of signs."),
            "": gettext_lazy("It is a long text in capitals."),
        },
    ),
    Part(
        "trap",
        gettext_lazy("field for robots"),
        gettext_lazy("Holds what fills a field that readers do not see."),
        judge_trap,
        {"": gettext_lazy("A field that readers do not see was filled in.")},
    ),
    Part(
        "form",
        gettext_lazy("age of the form"),
        gettext_lazy(
            "Holds what comes within seconds or without a genuine form. A page left open overnight still posts."
        ),
        judge_form_age,
        {
            "missing": gettext_lazy("It was not sent by a form of this site."),
            "quick": gettext_lazy("It was sent within seconds after the form was opened."),
            "": gettext_lazy("The form is older than a week, and the visitor is not known."),
        },
    ),
    Part(
        "repeats",
        gettext_lazy("repetition in other places"),
        gettext_lazy("Holds a longer text that was written in two other places within 24 hours, by whomever."),
        judge_repeats,
        {"": gettext_lazy("The same text was written in %(detail)s other places within 24 hours.")},
    ),
    Part(
        "links",
        gettext_lazy("links"),
        gettext_lazy("Holds more than three links, and any link of a visitor who was not published here before."),
        judge_links,
        {
            "newcomer": gettext_lazy("It holds a link, and nothing of this visitor was published before."),
            "": gettext_lazy("It holds %(detail)s links."),
        },
    ),
    Part(
        "premoderation",
        gettext_lazy("pre-moderation"),
        gettext_lazy("Holds first comments, comments with links or all, as chosen for the site or the article."),
        judge_premoderation,
        {
            "first": gettext_lazy("Nothing of this visitor was published before; first comments wait for approval."),
            "links": gettext_lazy("It holds a link; comments with links wait for approval."),
            "": gettext_lazy("All comments wait for approval."),
        },
    ),
    Part(
        "valve",
        gettext_lazy("valve"),
        gettext_lazy("Holds newcomers while far more is written than usual. Who was published before passes."),
        judge_valve,
        {"": gettext_lazy("Far more than usual was being written, and nothing of this visitor was published before.")},
    ),
    Part(
        "akismet",
        "Akismet",
        gettext_lazy("Asks the service, where a key is set, about what nothing else holds. No answer holds it."),
        judge_spam_check,
        {
            "failed": gettext_lazy("Akismet did not answer."),
            "": gettext_lazy("Akismet takes it for spam."),
        },
    ),
)
# No part of the verdict: the code is written when readers have reported what was published.
REPORTS = Part(
    "reports",
    gettext_lazy("reports"),
    gettext_lazy("Hides a published comment until you have looked, after so many reports as the policy says."),
    lambda text, facts, found: None,
    {"": gettext_lazy("Readers of %(detail)s networks have reported it.")},
)
BY_NAME = {part.name: part for part in (*PARTS, REPORTS)}
