import pytest
from playwright.sync_api import Page, expect

from tests.server import OWNER, OWNER_PASSWORD

# A machine that runs two browsers and two servers may take longer than the usual five seconds.
expect.set_options(timeout=20_000)

WIDE = {"width": 1280, "height": 900}

NEW_ARTICLE = """
from articles.models import Article
from comments.models import Comment
article = Article.objects.create(title="試しの記事", slug="{slug}", status="published", body="<p>本文。</p>")
parent = None
for level in range({levels}):
    above = parent and parent.pk
    parent = Comment.objects.post(
        article.pk, text=f"{{level + 1}}段目", author_name="{slug}", visitor_key="x", parent_id=above
    )
"""


@pytest.fixture(params=["with scripts", "without scripts"])
def reader(request, new_context) -> Page:
    """A reader on a phone, once with scripts and once without."""
    scripts = request.param == "with scripts"
    return new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts).new_page()


@pytest.fixture
def discussion(server, request) -> str:
    """The address of an article of this test's own, with a thread of three levels."""
    slug = f"trial-{abs(hash(request.node.name)) % 10**9}"
    server.manage("shell", "-v0", "-c", NEW_ARTICLE.format(slug=slug, levels=3))
    return f"/articles/{slug}/"


@pytest.fixture(params=[390, 1280])
def owner(request, new_context) -> Page:
    """The owner, signed in, on a phone and at a desk."""
    return sign_in(new_context(viewport={"width": request.param, "height": 844}).new_page())


def sign_in(page: Page) -> Page:
    page.goto("/admin/")
    page.fill("#id_username", OWNER)
    page.fill("#id_password", OWNER_PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")
    return page
