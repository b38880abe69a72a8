"""Which votes the owner should look at: the rules, each with its reason.

All compare what happened within one hour with what is usual for that article,
over the votes of the last days that count. Usual is a plain mean, which the
owner can be told in one sentence; what a rule looks at is left out of it, with
all that belongs to the same comment (or visitor), so that hours of one attack
do not make each other usual. Where everybody comes by one carrier's network,
many votes from it are usual, and not every comment there is listed. The price:
somebody who does the same to more than a third of what is voted on under an
article makes it usual there. What gives them away then are the cookies that
they throw away: so newcomers are also counted by network, over the article.

An hour is a clock hour of UTC, so that no change of the clocks makes one of
two. A burst across its end is seen as two, which the low thresholds allow for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from articles.models import Article
from comments.models import Comment, Vote
from comments.models.exclusion import Amount, name_of
from comments.vote_chart import Chart

# What is older has had its effect, and discussions here live for days.
LOOK_BACK = timedelta(days=7)

# How many times the usual is striking: twice happens by chance wherever something is liked.
STRIKING = 3

# A family or an office behind one address may agree four times within an hour.
LEAST_FROM_NETWORK = 5

# As many newcomers come to one comment by chance where another site links to it; below, shares mean nothing.
LEAST_FROM_NEW_VISITORS = 10

# A carrier's network brings many newcomers under one article, but then others, too.
LEAST_NEW_FROM_NETWORK = 20

# Who reads a whole discussion and likes every second comment gets this far in an hour.
LEAST_BY_VISITOR = 30

# From so few votes nobody can say how many newcomers are usual.
ENOUGH_TO_COMPARE = 20

# What the page takes, the most striking first; of the hours found, so many are looked at to choose them.
LISTED_MOST = 50
HOURS_MOST = 1_000

# Networks beside a comment: with fewer votes there is nothing to decide, and of the others so many are enough.
LEAST_OF_SUSPECT = 3
SUSPECTS_MOST = 5

# Sentences beside a comment; whoever went on for days did the same in each hour.
REASONS_MOST = 3


@dataclass(frozen=True)
class Finding:
    """One hour in which a rule found more than usual."""

    article_id: int
    comment_id: int | None
    hour: datetime
    votes: int
    usual: float

    @property
    def times(self) -> float:
        """How many times the usual it is."""
        return self.votes / self.usual

    @property
    def subject(self) -> tuple[int, int | None]:
        """What it is listed under: a comment, or the article alone."""
        return self.article_id, self.comment_id

    def _numbers(self) -> dict[str, object]:
        hour = formats.date_format(timezone.localtime(self.hour), "SHORT_DATETIME_FORMAT")
        return {"votes": self.votes, "hour": hour, "usual": formats.number_format(round(self.usual, 1))}


@dataclass(frozen=True)
class ManyFromNetwork(Finding):
    network_key: str

    def __str__(self) -> str:
        text = _(
            "%(votes)d votes in the hour from %(hour)s came from the %(who)s; "
            "%(usual)s is usual for one network on another comment of this article."
        )
        return text % (self._numbers() | {"who": name_of(network_key=self.network_key)})


@dataclass(frozen=True)
class ManyFromNewVisitors(Finding):
    networks: int
    others: int

    def __str__(self) -> str:
        text = _(
            "%(votes)d votes in the hour from %(hour)s came from new visitors (networks: %(networks)d), "
            "%(others)d from others; beside so many others %(usual)s from new visitors would be usual."
        )
        return text % (self._numbers() | {"networks": self.networks, "others": self.others})


@dataclass(frozen=True)
class ManyNewFromNetwork(Finding):
    network_key: str
    others: int

    def __str__(self) -> str:
        text = _(
            "%(votes)d votes under this article in the hour from %(hour)s came from new visitors of the %(who)s, "
            "%(others)d from others there; beside so many others %(usual)s from new visitors would be usual."
        )
        return text % (self._numbers() | {"who": name_of(network_key=self.network_key), "others": self.others})


@dataclass(frozen=True)
class ManyByVisitor(Finding):
    visitor_key: str

    def __str__(self) -> str:
        text = _(
            "%(votes)d votes under this article in the hour from %(hour)s were cast by the %(who)s; "
            "%(usual)s is usual for another visitor."
        )
        return text % (self._numbers() | {"who": name_of(visitor_key=self.visitor_key)})


# The rules


def many_from_network() -> list[ManyFromNetwork]:
    """One network's votes on one comment, against those of any network on another comment of the article."""
    votes = _recent().exclude(network_key="").annotate(key=F("network_key"))
    groups = votes.values("article", "comment_id", "key", "hour").annotate(n=Count("pk"))
    rows = _more_than_usual(groups, _mean_of_others("comment_id"), LEAST_FROM_NETWORK)
    return [
        ManyFromNetwork(row["article"], row["comment_id"], row["hour"], row["n"], row["usual"], row["key"])
        for row in rows
    ]


def many_from_new_visitors() -> list[ManyFromNewVisitors]:
    """Newcomers' votes on one comment, against how many come with as many votes by others elsewhere.

    Everybody's first vote is a newcomer's, so a number alone would list what
    is simply popular. Where the article has too few other votes to compare
    with, the whole site is what is usual; without that, nothing is said.
    """
    networks = Count("network_key", distinct=True, filter=Q(from_new_visitor=True))
    groups = _recent().values("article", "comment_id", "hour").annotate(**_NEW_AND_OTHERS, networks=networks)
    rows = _more_than_usual(groups, _new_beside_others("comment_id"), LEAST_FROM_NEW_VISITORS)
    return [
        ManyFromNewVisitors(
            row["article"], row["comment_id"], row["hour"], row["n"], row["usual"], row["networks"], row["others"]
        )
        for row in rows
    ]


def many_new_from_network() -> list[ManyNewFromNetwork]:
    """The same for the newcomers of one network under a whole article, which find each other usual otherwise."""
    votes = _recent().exclude(network_key="").annotate(key=F("network_key"))
    groups = votes.values("article", "key", "hour").annotate(**_NEW_AND_OTHERS)
    rows = _more_than_usual(groups, _new_beside_others("key"), LEAST_NEW_FROM_NETWORK)
    return [
        ManyNewFromNetwork(row["article"], None, row["hour"], row["n"], row["usual"], row["key"], row["others"])
        for row in rows
    ]


def many_by_visitor() -> list[ManyByVisitor]:
    """One visitor's votes under one article, against those of any other visitor there."""
    groups = _recent().annotate(key=F("visitor_key")).values("article", "key", "hour").annotate(n=Count("pk"))
    rows = _more_than_usual(groups, _mean_of_others("key"), LEAST_BY_VISITOR)
    return [ManyByVisitor(row["article"], None, row["hour"], row["n"], row["usual"], row["key"]) for row in rows]


class ClockHour(TruncHour):
    """The hour that a moment lies in, cheaper on SQLite. Only for UTC."""

    def as_sqlite(self, compiler, connection, **extra):
        # Its moments are texts in UTC. Django's own function calls Python for each row: 2 s for 100,000.
        sql, values = compiler.compile(self.lhs)
        return f"SUBSTR({sql}, 1, 13) || ':00:00'", values


def _recent() -> QuerySet:
    """The votes that are judged: those that count, on what readers can see."""
    votes = Vote.objects.filter(
        is_valid=True, created_at__gte=timezone.now() - LOOK_BACK, comment__status=Comment.Status.PUBLISHED
    )
    return votes.annotate(article=F("comment__article"), hour=ClockHour("created_at", tzinfo=UTC))


def _mean_of_others(own: str) -> str:
    """SQL: the mean group of the article, without those that share the column `own`; 1 where there are no others."""
    return f"""COALESCE(
        1.0 * (SUM(n) OVER (PARTITION BY article) - SUM(n) OVER (PARTITION BY article, {own}))
        / NULLIF(COUNT(*) OVER (PARTITION BY article) - COUNT(*) OVER (PARTITION BY article, {own}), 0), 1.0)"""


_NEW_AND_OTHERS = {
    "n": Count("pk", filter=Q(from_new_visitor=True)),
    "others": Count("pk", filter=Q(from_new_visitor=False)),
}


def _new_beside_others(own: str) -> str:
    """SQL: how many newcomers come elsewhere beside as many others; NULL where there is too little elsewhere.

    Elsewhere is the article, or else the whole site, without the groups that share the column `own`.
    """
    choices = []
    for everything, mine in [("PARTITION BY article", f"PARTITION BY article, {own}"), ("", f"PARTITION BY {own}")]:
        new, others = (f"(SUM({n}) OVER ({everything}) - SUM({n}) OVER ({mine}))" for n in ("n", "others"))
        # With one more of both kinds there is no division by nothing, and no certainty from two votes.
        usual = f"1.0 * (others + 1) * ({new} + 1) / ({others} + 1)"
        choices.append(f"WHEN {new} + {others} >= {ENOUGH_TO_COMPARE} THEN {usual}")
    return f"CASE {' '.join(choices)} END"


def _more_than_usual(groups: QuerySet, usual: str, least: int) -> list[dict]:
    """Groups of votes with their `usual` that are striking, the most striking first.

    Django does not put a window over a GROUP BY, hence SQL around its own.
    `usual` is written in this module, never sent by anybody.
    """
    grouped, values = groups.order_by().query.sql_with_params()
    statement = f"""
        SELECT * FROM (SELECT grouped.*, {usual} AS usual FROM ({grouped}) AS grouped) AS judged
        WHERE n >= %s AND n >= %s * usual ORDER BY n / usual DESC, n DESC LIMIT %s
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, least, STRIKING, HOURS_MOST])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [row | {"hour": _in_utc(row["hour"]), "usual": float(row["usual"])} for row in rows]


def _in_utc(hour: datetime | str) -> datetime:
    """An hour as the databases give it: SQLite as text, both without its zone."""
    moment = parse_datetime(hour) if isinstance(hour, str) else hour
    assert moment is not None  # noqa: S101
    return moment.replace(tzinfo=UTC)


# What the owner is shown

NOTHING = Amount(0, 0)


@dataclass
class Suspect:
    """A network or a visitor that can be left out, and what that would change."""

    visitor_key: str
    network_key: str
    votes: int
    new: int
    first: datetime
    last: datetime
    here: Amount = NOTHING
    everywhere: Amount = NOTHING

    @property
    def name(self) -> str:
        return name_of(visitor_key=self.visitor_key, network_key=self.network_key)


@dataclass
class Case:
    """A comment, or an article whose votes stand out as a whole, and why it is listed."""

    article: Article
    comment: Comment | None
    findings: list[Finding]
    left_out_up: int = 0
    left_out_down: int = 0
    hours: list[dict] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)

    @property
    def reasons(self) -> list[str]:
        return [str(finding) for finding in self.findings[:REASONS_MOST]]

    def named(self, column: str) -> set[str]:
        """The keys of this column that its findings name."""
        return {getattr(finding, column) for finding in self.findings if hasattr(finding, column)}

    @property
    def further(self) -> int:
        """How many findings have no sentence of their own."""
        return max(len(self.findings) - REASONS_MOST, 0)

    @property
    def chart(self) -> Chart:
        now = timezone.now()
        born = self.comment.created_at if self.comment else self.article.published_at
        return Chart(self.hours, max(now - LOOK_BACK, born or now), now)


def cases() -> list[Case]:
    """What to look at, the most striking first; as many queries for one case as for fifty."""
    found = defaultdict(list)
    for finding in sorted(_findings(), key=_most_striking):
        found[finding.subject].append(finding)
    listed = _with_rows(dict(list(found.items())[:LISTED_MOST]))
    _add_left_out(listed)
    _add_hours(listed)
    _add_suspects(listed)
    return listed


def _findings() -> list[Finding]:
    on_comments = many_from_network()
    named = {(finding.article_id, finding.network_key) for finding in on_comments}
    # What is said of a comment is not said of its article once more.
    under_articles = [f for f in many_new_from_network() if (f.article_id, f.network_key) not in named]
    return [*on_comments, *many_from_new_visitors(), *under_articles, *many_by_visitor()]


def _most_striking(finding: Finding) -> tuple[float, float]:
    return -finding.times, -finding.votes


def _with_rows(found: dict[tuple[int, int | None], list[Finding]]) -> list[Case]:
    articles = Article.objects.defer("body", "body_source").in_bulk({article for article, _comment in found})
    comments = Comment.objects.in_bulk({comment for _article, comment in found if comment})
    return [
        Case(articles[article], comments[comment] if comment else None, findings)
        for (article, comment), findings in found.items()
        # Both may be gone since a moment ago.
        if article in articles and (comment is None or comment in comments)
    ]


def _add_left_out(listed: list[Case]) -> None:
    by_comment = {case.comment.pk: case for case in listed if case.comment}
    left_out = Vote.objects.filter(comment__in=list(by_comment), is_valid=False).values("comment")
    up, down = Count("pk", filter=Q(value=1)), Count("pk", filter=Q(value=-1))
    for row in left_out.annotate(up=up, down=down):
        case = by_comment[row["comment"]]
        case.left_out_up, case.left_out_down = row["up"], row["down"]


def _add_hours(listed: list[Case]) -> None:
    """How many votes each case had in each hour, by sign and by whether they count."""
    _add_hours_by("comment_id", {case.comment.pk: case for case in listed if case.comment})
    _add_hours_by("article", {case.article.pk: case for case in listed if not case.comment})


def _add_hours_by(column: str, cases_by_key: dict[int, Case]) -> None:
    votes = Vote.objects.filter(created_at__gte=timezone.now() - LOOK_BACK)
    votes = votes.annotate(article=F("comment__article"), hour=ClockHour("created_at", tzinfo=UTC))
    counted = votes.filter(**{f"{column}__in": list(cases_by_key)}).values(column, "hour", "value", "is_valid")
    for row in counted.annotate(n=Count("pk")).order_by("hour"):
        cases_by_key[row[column]].hours.append(row)


def _add_suspects(listed: list[Case]) -> None:
    _add_networks([case for case in listed if case.comment])
    whole_articles = [case for case in listed if not case.comment]
    _add_named(whole_articles, "network_key")
    _add_named(whole_articles, "visitor_key")
    suspects = [suspect for case in listed for suspect in case.suspects]
    by_key = _amounts("network_key", {suspect.network_key for suspect in suspects} - {""})
    by_key |= _amounts("visitor_key", {suspect.visitor_key for suspect in suspects} - {""})
    for case in listed:
        for suspect in case.suspects:
            amounts = by_key.get(suspect.network_key or suspect.visitor_key, {})
            suspect.here = amounts.get(case.article.pk, NOTHING)
            suspect.everywhere = _sum(amounts.values())


def _add_networks(listed: list[Case]) -> None:
    """The networks that voted most on each comment, those that a rule named first."""
    by_comment = {case.comment.pk: case for case in listed if case.comment}
    for row in _summed(Q(comment__in=list(by_comment)), "comment_id", "network_key"):
        by_comment[row["comment_id"]].suspects.append(_suspect(row))
    for case in listed:
        _keep_foremost(case)


def _add_named(listed: list[Case], column: str) -> None:
    """The networks or visitors that a rule named under each article."""
    named = {(case.article.pk, key): case for case in listed for key in case.named(column)}
    where = Q(comment__article__in={article for article, _key in named})
    where &= Q(**{f"{column}__in": {key for _article, key in named}})
    for row in _summed(where, "article", column):
        if case := named.get((row["article"], row[column])):
            case.suspects.append(_suspect(row))
    for case in listed:
        _keep_foremost(case)


def _keep_foremost(case: Case) -> None:
    named = case.named("network_key") | case.named("visitor_key")
    case.suspects.sort(key=lambda suspect: ((suspect.network_key or suspect.visitor_key) not in named, -suspect.votes))
    del case.suspects[SUSPECTS_MOST:]


def _summed(where: Q, subject: str, key: str) -> QuerySet:
    votes = _recent().filter(where).exclude(**{key: ""}).values(subject, key)
    return votes.annotate(
        votes=Count("pk"),
        new=Count("pk", filter=Q(from_new_visitor=True)),
        first=Min("created_at"),
        last=Max("created_at"),
    ).filter(votes__gte=LEAST_OF_SUSPECT)


def _suspect(row: dict) -> Suspect:
    keys = {"visitor_key": row.get("visitor_key", ""), "network_key": row.get("network_key", "")}
    return Suspect(votes=row["votes"], new=row["new"], first=row["first"], last=row["last"], **keys)


def _amounts(column: str, keys: set[str]) -> dict[str, dict[int, Amount]]:
    """How many votes that count each key has under each article, of whatever age: what leaving out would change."""
    votes = Vote.objects.filter(is_valid=True, **{f"{column}__in": keys}).values(column, "comment__article")
    amounts: dict[str, dict[int, Amount]] = defaultdict(dict)
    for row in votes.annotate(n=Count("pk"), comments=Count("comment", distinct=True)):
        amounts[row[column]][row["comment__article"]] = Amount(row["n"], row["comments"])
    return amounts


def _sum(amounts: Iterable[Amount]) -> Amount:
    amounts = list(amounts)
    return Amount(sum(amount.votes for amount in amounts), sum(amount.comments for amount in amounts))
