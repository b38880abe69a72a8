"""The owner makes a rule, sees what it would have caught, and adds suggested ones."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

ADD = "/admin/comments/rule/add/"
SUGGESTED = "/admin/comments/rule/suggested/"

SAY = """
from comments.models import Comment
comment = Comment.objects.get(article__slug="{slug}", number=2)
Comment.objects.post(comment.article_id, text="これは{word} です", visitor_key="x", author_name="", parent_id=comment.pk)
"""


@pytest.fixture
def word(server, discussion) -> str:
    """A word of this test's own, which one comment holds with a gap in it."""
    slug = discussion.split("/")[2]
    word = "禁句" + slug[-6:].translate(str.maketrans("0123456789", "子丑寅卯辰巳午未申酉"))
    server.manage("shell", "-v0", "-c", SAY.format(slug=slug, word=word[0] + " " + word[1:]))
    return word


def is_well_made(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        # The frame around it is Django's. Preloading would copy imported style sheets into the page, against its policy.
        results = Axe().run(page, context="#content", options={"preload": False})
        assert results.violations_count == 0, results.generate_report()


def test_the_owner_sees_what_a_rule_would_catch_and_saves_it(owner: Page, word):
    owner.goto(ADD)
    owner.fill("#id_pattern", word)
    owner.click("[name=_save]")
    tried = owner.locator("#caught")
    expect(owner.get_by_role("status")).to_contain_text("1件")
    expect(tried.locator("mark")).to_have_text(word[0] + " " + word[1:])
    expect(owner.locator("#id_pattern")).to_have_value(word)
    is_well_made(owner)

    owner.click("[name=_save]")
    owner.wait_for_url("**/admin/comments/rule/")
    expect(owner.locator("#result_list")).to_contain_text(word)


def test_the_owner_is_told_what_is_wrong_with_an_expression(owner: Page, server):
    owner.goto(ADD)
    owner.fill("#id_pattern", "(死")
    owner.select_option("#id_kind", "regex")
    owner.click("[name=_try]")
    expect(owner.locator(".errorlist")).to_contain_text("正規表現")
    expect(owner.locator("#id_pattern")).to_have_value("(死")
    expect(owner.locator("#id_pattern")).to_have_attribute("aria-invalid", "true")


def test_the_owner_adds_suggested_rules(owner: Page, server):
    server.manage("shell", "-v0", "-c", "from comments.models import Rule; Rule.objects.all().delete()")
    owner.goto(SUGGESTED)
    expect(owner.get_by_role("checkbox").first).to_be_visible()
    is_well_made(owner)
    for box in owner.locator(".rule-group label").all()[:5]:
        assert box.bounding_box()["height"] >= 44
    owner.get_by_role("checkbox").nth(0).check()
    owner.get_by_role("checkbox").nth(1).check()
    owner.locator(".submit-row [type=submit]").click()
    owner.wait_for_url("**/admin/comments/rule/")
    expect(owner.locator("#result_list tbody tr")).to_have_count(2)

    owner.goto(SUGGESTED)
    expect(owner.get_by_role("checkbox").nth(0)).to_be_disabled()
