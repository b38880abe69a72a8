"""Asks now and then whether the sources of articles still answer.

The addresses are what somebody typed, and whoever owns a host can send the
question on to any other. So it is asked by a session that resolves each host
once, refuses what is not a public address, and connects to just the address
it has looked at, at every redirect again. Nothing of an answer's body is read.
The database is not touched while the network is waited for.
"""

import re
from collections.abc import Iterable, Iterator
from threading import Thread
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, SSLError, Timeout, TooManyRedirects
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from articles.models import Source

# In one tick, and of how many that are due they are chosen so that each has another host.
AT_ONCE = 3
CHOSEN_FROM = 30

# Seconds to connect and for each read; and for all of it, because a server may send a byte now and then.
TIMEOUT = (5, 10)
LONGEST = 30

MAX_REDIRECTS = 5

# With the pauses of the queryset: three days on which it was gone, or six on which the server was in trouble.
GONE, TROUBLE = 2, 1
DEAD_FROM = 3 * GONE

# Kept for examples (RFC 2606), such as those of the demonstration: there is nobody to ask.
EXAMPLES = re.compile(r"(.*\.)?example(\.com|\.net|\.org)?")

WORDS: dict[str, str | Promise] = {
    "unknown host": gettext_lazy("There is no server of this name any more."),
    "not public": gettext_lazy("The address is not on the public internet."),
    "no address": gettext_lazy("This is no address of a page."),
    "tls": gettext_lazy("The server's certificate is not valid."),
    "timeout": gettext_lazy("The server does not answer in time."),
    "redirects": gettext_lazy("It is redirected again and again."),
    "no answer": gettext_lazy("The server does not answer."),
    "404": gettext_lazy("The page does not exist any more (404)."),
    "410": gettext_lazy("The page was taken away (410)."),
}

# What says that the page itself is gone; all else may be a bad day of the server.
GONE_FINDINGS = {"unknown host", "not public", "no address", "404", "410"}


def explain(finding: str) -> str:
    """What was found, in words for the owner."""
    return str(WORDS.get(finding) or _("The server answers with an error (%(code)s).") % {"code": finding})


def check_due() -> Iterator[Source]:
    """Ask for some of the sources whose time has come; those that are found dead with that."""
    for source in of_different_hosts(Source.objects.to_check(timezone.now(), CHOSEN_FROM)):
        # Whoever comes at the same time asks for another one, and one at which a process dies is not asked for again at once.
        mine = Source.objects.filter(pk=source.pk, url=source.url, checked_at=source.checked_at)
        if mine.update(checked_at=timezone.now()) and note(source, in_time(source.url)):
            yield source


def of_different_hosts(sources: Iterable[Source]) -> list[Source]:
    chosen: dict[str, Source] = {}
    for source in sources:
        chosen.setdefault(host_of(source.url), source)
    return list(chosen.values())[:AT_ONCE]


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def note(source: Source, finding: str) -> bool:
    """Write down what was found, "" for an answer; True when it is dead since now.

    Each statement says itself under which condition, so nothing is locked: the owner may have changed the address meanwhile.
    """
    row = Source.objects.filter(pk=source.pk, url=source.url)
    if not finding:
        row.update(failures=0, dead_since=None, finding="")
        return False
    weight = GONE if finding in GONE_FINDINGS else TROUBLE
    # No further than dead, so that years of silence do not overflow the column.
    row.filter(failures__lt=DEAD_FROM).update(failures=F("failures") + weight)
    row.update(finding=finding)
    return bool(row.filter(failures__gte=DEAD_FROM, dead_since=None).update(dead_since=timezone.now()))


def in_time(url: str) -> str:
    """`ask`, but for no longer than LONGEST; the thread of one that takes longer ends by itself or with the process."""
    found = ["timeout"]
    thread = Thread(target=lambda: found.append(ask(url)), daemon=True)
    thread.start()
    thread.join(LONGEST)
    return found[-1]


def ask(url: str) -> str:
    """What is wrong with an address, "" when it answers or only does not want to answer us."""
    if EXAMPLES.fullmatch(host_of(url)):
        return ""
    try:
        with new_session() as session:
            status = status_of(session, "HEAD", url)
            # Many servers answer it wrongly, and only then the page itself is asked for.
            if status >= 400:
                status = status_of(session, "GET", url)
    # What a stranger's server can cause is without end: whatever it is, the answer is no page.
    except Exception as error:
        return cause_of(error)
    return str(status) if status in {404, 410} or status >= 500 else ""


def status_of(session: HTTPSession, method: str, url: str) -> int:
    for _hop in range(MAX_REDIRECTS + 1):
        with session.request(method, url, stream=True) as response:
            if not response.is_redirect:
                return response.status_code
            # Browsers take the bytes for UTF-8, http.client has taken them for Latin-1.
            target = response.headers["Location"].encode("latin-1").decode(errors="replace")
        url = urljoin(url, target)
    raise TooManyRedirects


def cause_of(error: Exception) -> str:
    causes = [
        (InvalidIPAddress, "not public"),
        ((InvalidURL, InvalidSchema, MissingSchema, UnicodeError), "no address"),
        (SSLError, "tls"),
        (Timeout, "timeout"),
        (TooManyRedirects, "redirects"),
    ]
    for kinds, name in causes:
        if isinstance(error, kinds):
            return name
    # That of requests_hardened; the library has no class of its own for it.
    return "unknown host" if re.search("Failed to resolve", str(error)) else "no answer"


class Session(HTTPSession):
    def get_redirect_target(self, resp) -> None:
        """None: `requests` reads the whole body of a redirect before it follows it, however long that is."""


def new_session() -> Session:
    session = Session(config())
    # Neither a proxy nor a password from the environment: a proxy would resolve the name once more.
    session.trust_env = False
    return session


def config() -> Config:
    return Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=TIMEOUT,
        user_agent_override=f"Kawaraban{f' (+{settings.SITE_URL})' if settings.SITE_URL else ''}",
    )
