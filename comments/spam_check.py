"""The optional opinion of Akismet on a comment that nothing else holds or refuses.

Off without a key. What the service does not answer in time, or wrongly, is
held: nothing is lost and nothing unread is published because a service is
down. It learns the text, the name, the browser and the address of the sender,
which is why nobody is asked by default.
"""

import logging

import akismet
import httpx
from django.conf import settings
from django.http import HttpRequest

from articles.models import Article
from comments import identity
from comments.forms import CommentForm

# A reader waits for it, and so does a thread of the server; the service says that it needs a tenth.
SECONDS = 2.0

logger = logging.getLogger(__name__)


def ask(request: HttpRequest, article: Article, form: CommentForm) -> str:
    """ "ham" or "spam", "failed" without an answer, and "" where the site asks nobody."""
    if not settings.AKISMET_KEY:
        return ""
    home = settings.SITE_URL or request.build_absolute_uri("/")
    config = akismet.Config(key=settings.AKISMET_KEY, url=home)
    try:
        with http_client() as http:
            client = akismet.SyncClient(config=config, http_client=http)
            answer = client.comment_check(**told(request, article, form))  # type: ignore[arg-type]
    except akismet.AkismetError as error:
        # Without the text, and once for each comment that is held for it: the owner must see why.
        logger.warning("Akismet did not answer: %s", error)
        return "failed"
    return "ham" if answer == akismet.CheckResponse.HAM else "spam"


def http_client() -> httpx.Client:
    # httpx waits so long for the connection and again for each piece of an answer; the service's are five bytes.
    return httpx.Client(headers={"User-Agent": akismet.USER_AGENT}, timeout=SECONDS, transport=transport())


def transport() -> httpx.BaseTransport | None:
    """The way to the service; tests lead it elsewhere."""
    return None


def told(request: HttpRequest, article: Article, form: CommentForm) -> dict[str, str]:
    """What the service gets to see."""
    return {
        "user_ip": identity.address_of(request) or "",
        "user_agent": request.headers.get("User-Agent", ""),
        "comment_type": "comment",
        "comment_author": form.cleaned_data["author_name"],
        "comment_content": form.cleaned_data["text"],
        "permalink": request.build_absolute_uri(article.get_absolute_url()),
        "blog_lang": settings.LANGUAGE_CODE,
        "blog_charset": "UTF-8",
    }
