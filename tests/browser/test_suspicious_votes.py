"""The owner takes an attack out of the count, and puts it back, on a phone and on a wide screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PAGE = "/admin/comments/vote/"

ATTACK = """
from articles.models import Article
from comments.models import Comment
for number, votes in ((2, 9), (3, 2)):
    comment = Comment.objects.get(article__slug="{slug}", number=number)
    for n in range(votes):
        comment.cast_vote(f"{slug}{{n}}", 1, network_key="{slug}"[-10:], from_new_visitor=True)
"""


@pytest.fixture
def attacked(server, discussion) -> str:
    """The address of an article whose second comment has nine votes from one network."""
    server.manage("shell", "-v0", "-c", ATTACK.format(slug=discussion.split("/")[2]))
    return discussion


def score_on(page: Page, address: str, number: int):
    page.goto(address)
    return page.locator(f"#c{number} > .comment [data-vote]")


def test_the_owner_leaves_a_network_out_and_counts_it_again(owner: Page, attacked):
    expect(score_on(owner, attacked, 2)).to_contain_text("9")
    owner.goto(PAGE)
    case = owner.locator(".vote-case", has=owner.locator(f'a[href="{attacked}"]'))
    expect(case.get_by_role("img")).to_be_visible()
    case.locator('button[value=""]').click()
    expect(owner.locator(".messagelist .success")).to_contain_text("11")
    expect(case).to_have_count(0)
    expect(score_on(owner, attacked, 2)).not_to_contain_text("9")

    owner.goto(PAGE)
    owner.locator(".vote-exclusion", has_text=attacked.split("/")[2][-10:][:8]).get_by_role("button").click()
    expect(owner.locator(".messagelist .success")).to_contain_text("11")
    expect(score_on(owner, attacked, 2)).to_contain_text("9")


def test_the_page_fits_the_screen_and_axe_finds_nothing(owner: Page, attacked):
    for scheme in ("light", "dark"):
        owner.emulate_media(color_scheme=scheme)
        owner.goto(PAGE)
        expect(owner.locator(".vote-case").first).to_be_visible()
        assert owner.evaluate("document.documentElement.scrollWidth") <= owner.viewport_size["width"]
        # The frame around it is Django's.
        results = Axe().run(owner, context="#content")
        assert results.violations_count == 0, results.generate_report()


def test_the_buttons_are_large_enough_for_a_thumb(owner: Page, attacked):
    owner.goto(PAGE)
    for button in owner.locator(".vote-case button").all():
        assert button.bounding_box()["height"] >= 44
