"""What one message to the owner says of all that waits: counts, some of the comments in detail, and links."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Count, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Source
from articles.source_check import explain as explain_finding
from comments import links
from comments.models import Comment, Notice, Policy, Reason, Report
from comments.verdict import explain

# A flood is one message that can still be read on a phone.
SHOWN_MOST = 20
EXCERPT = 200
# Slack takes 3,000 characters in a section, and 50 blocks.
SHORT_EXCERPT = 120

Kind = Notice.Kind

# What somebody waits for comes first, what a flood brings comes last.
ORDER = (Kind.VALVE, Kind.APPEAL, Kind.REPORTED, Kind.HELD, Kind.SOURCE)


class Choice(NamedTuple):
    """A decision that a signed link offers."""

    label: Promise
    address: str


class Entry(NamedTuple):
    """One comment in detail. `reports` are reasons and how many gave them."""

    comment: Comment
    notice: int
    reports: list[tuple[str, int]]

    @property
    def excerpt(self) -> str:
        # In one line: no text can look like a line of the message.
        return Truncator(" ".join(self.comment.text.split())).chars(EXCERPT)

    @property
    def held_for(self) -> list[str]:
        return explain(self.comment.hold_reasons) if self.comment.status == Comment.Status.PENDING else []

    @property
    def appeal(self) -> str:
        appeal = getattr(self.comment, "appeal", None)
        return " ".join(appeal.text.split()) if appeal and appeal.settled_by_id is None else ""

    @property
    def address(self) -> str:
        return full(reverse("desk:comment", args=[self.comment.pk]))

    @property
    def choices(self) -> list[Choice]:
        status = self.comment.status
        offered = links.OFFERED.get(Comment.Status(status), ()) if settings.SITE_URL else ()
        return [Choice(links.LABELS[action], full(links.address_of(self.notice, action, status))) for action in offered]


class DeadSource(NamedTuple):
    source: Source

    @property
    def title(self) -> str:
        # In one line, as an excerpt.
        return " ".join(self.source.title.split())

    @property
    def why(self) -> str:
        return explain_finding(self.source.finding)

    @property
    def address(self) -> str:
        """Of its article's form in the admin."""
        return full(reverse("admin:articles_article_change", args=[self.source.article_id]))

    @property
    def line(self) -> str:
        """In Slack's mrkdwn."""
        name = escape(f"{self.source.article}: {self.title}")
        return f"{f'<{self.address}|{name}>' if self.address else name}\n{escape(self.why)} {escape(self.source.url)}"


def full(path: str) -> str:
    """The address that a mail can hold, "" where the site's own is not known."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else ""


class Digest:
    """`notices` are those that the message is to cover; which ones they are does not change meanwhile."""

    def __init__(self, notices):
        self.notices = notices
        self.policy = Policy.objects.current()

    @cached_property
    def counts(self) -> dict[Notice.Kind, int]:
        """How many comments or sources there are of each kind; a flood is one, however it is counted."""
        told = Count("comment", distinct=True) + Count("source", distinct=True)
        found = dict(self.notices.order_by().values_list("kind").annotate(n=told))
        return {kind: max(found[kind], 1) for kind in ORDER if kind in found}

    @cached_property
    def entries(self) -> list[Entry]:
        """The first comments, each once, with what readers say of it. Three queries, however many there are."""
        places = Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(ORDER)))
        rows = self.notices.exclude(comment=None).order_by(places, "created_at", "pk").values_list("comment", "pk")
        notice_of: dict[int, int] = {}
        # Each kind may tell of the same comments, and a report twice: when it is the first, and when it hides.
        for comment, notice in rows[: SHOWN_MOST * (len(ORDER) + 1)]:
            notice_of.setdefault(comment, notice)
        shown = list(notice_of)[:SHOWN_MOST]
        comments = Comment.objects.select_related("article", "appeal").defer("article__body", "article__body_source")
        found, reports = comments.in_bulk(shown), reports_of(shown)
        return [Entry(found[pk], notice_of[pk], reports[pk]) for pk in shown if pk in found]

    @cached_property
    def sources(self) -> list[DeadSource]:
        """The first of the sources that are dead."""
        pks = self.notices.exclude(source=None).values("source")
        return [DeadSource(source) for source in Source.objects.dead().filter(pk__in=pks)[:SHOWN_MOST]]

    @property
    def more_sources(self) -> int:
        return self.counts.get(Kind.SOURCE, 0) - len(self.sources)

    @property
    def more(self) -> int:
        """Comments that are not shown."""
        total = self.notices.exclude(comment=None).aggregate(n=Count("comment", distinct=True))["n"]
        return total - len(self.entries)

    @property
    def valve(self) -> Choice | None:
        """The one button of a flood."""
        notice = self.notices.filter(kind=Kind.VALVE).values_list("pk", flat=True).first()
        if notice is None:
            return None
        path = links.address_of(notice, links.LET_THROUGH, links.state_of(self.policy))
        return Choice(links.LABELS[links.LET_THROUGH], full(path))

    @property
    def desk(self) -> str:
        return full(reverse("desk:index"))

    @property
    def summary(self) -> str:
        """The counts in one line."""
        said: dict[str, Callable[[int], str]] = {
            Kind.VALVE: lambda n: _("flood of comments"),
            Kind.APPEAL: lambda n: ngettext("%(n)d appeal", "%(n)d appeals", n),
            Kind.REPORTED: lambda n: ngettext("%(n)d reported comment", "%(n)d reported comments", n),
            Kind.HELD: lambda n: ngettext("%(n)d held comment", "%(n)d held comments", n),
            Kind.SOURCE: lambda n: ngettext("%(n)d dead source", "%(n)d dead sources", n),
        }
        return _(", ").join(said[kind](n) % {"n": n} for kind, n in self.counts.items())

    @property
    def subject(self) -> str:
        return f"[{settings.SITE_NAME}] {self.summary}"

    def mail(self) -> str:
        return render_to_string("comments/notice.txt", {"digest": self, "site_name": settings.SITE_NAME})

    def webhook(self) -> dict:
        """Slack's format. Without signed links: whoever reads the channel could decide."""
        lines = [f"*{escape(self.subject)}*", *map(self._line, self.entries)]
        if more := self.more:
            lines.append(_("and %(n)d more") % {"n": more})
        lines += [source.line for source in self.sources]
        if more := self.more_sources:
            lines.append(_("and %(n)d more") % {"n": more})
        if self.desk:
            name = _("Desk")
            lines.append(f"<{self.desk}|{name}>")
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": line}} for line in lines]
        return {"text": self.subject, "blocks": blocks}

    def _line(self, entry: Entry) -> str:
        name = f"#{entry.comment.number} {escape(str(entry.comment.article))}"
        why = [*entry.held_for, *(f"{reason} {n}" for reason, n in entry.reports)]
        named = f"<{entry.address}|{name}>" if entry.address else name
        return f"{named} {escape(' / '.join(why))}\n{escape(Truncator(entry.excerpt).chars(SHORT_EXCERPT))}"


def escape(text: str) -> str:
    """For Slack's mrkdwn, in which nothing else can begin a link or call somebody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def reports_of(comments: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Why readers have reported these comments, the most frequent reason first."""
    rows = Report.objects.open().filter(comment__in=comments).order_by().values_list("comment", "reason")
    found = defaultdict(list)
    for pk, reason, n in rows.annotate(n=Count("pk")).order_by("comment", "-n", "reason"):
        found[pk].append((str(Reason(reason).label), n))
    return found
