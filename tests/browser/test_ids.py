"""Choosing an ID: what one person wrote under an article."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

ARTICLE = "/articles/tsukino-mountain-freight/"
LONG = """
from articles.models import Article
from comments.models import Comment
article = Article.objects.create(title="長い名前", slug="long-names", status="published", body="<p>本文。</p>")
for name in ("W" * 40, "名" * 40):
    Comment.objects.post(
        article.pk, text=name[0], author_name=name, visitor_key=name[0], public_id="WWWWWWWW", trip="W" * 10, by_staff=True
    )
"""


def person(page: Page, text: str):
    """The link at the ID of whoever wrote this."""
    return page.locator(".thread__item > .comment", has_text=text).locator("[data-id]").first


def assert_axe_finds_nothing(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.fixture
def chosen(phone):
    phone.goto(ARTICLE)
    link = person(phone, "線路の費用は")
    link.click()
    expect(phone.locator(".chosen__numbers a")).to_have_count(3)
    return link


def test_an_ID_marks_the_comments_of_that_person(phone, chosen):
    marked = phone.locator(".comment--chosen")
    expect(marked).to_have_count(3)
    assert set(marked.locator("[data-id]").evaluate_all("links => links.map(link => link.dataset.id)")) == {
        chosen.get_attribute("data-id")
    }
    assert marked.first.evaluate("comment => getComputedStyle(comment).outlineStyle") == "solid"
    expect(chosen).to_have_attribute("aria-current", "true")


def test_it_says_how_many_there_are(phone, chosen):
    expect(phone.locator(".chosen [role=status]")).to_contain_text("3")
    expect(phone.locator(".chosen [role=status]")).to_contain_text(chosen.inner_text())


def test_it_leads_to_each(phone, chosen):
    last = phone.locator(".chosen__numbers a").last
    last.click()
    number = last.get_attribute("data-number")
    expect(phone.locator(f"#c{number} > .comment--chosen")).to_be_in_viewport()
    assert phone.url.endswith(f"#c{number}")


@pytest.mark.parametrize("way", ["again", "Escape", "button"])
def test_it_ends(phone, chosen, way):
    if way == "again":
        chosen.click()
    elif way == "Escape":
        phone.keyboard.press("Escape")
    else:
        phone.locator("[data-chosen-end]").click()
    expect(phone.locator(".comment--chosen, .chosen, [data-id][aria-current]")).to_have_count(0)
    expect(chosen).to_be_focused()


def test_another_ID_takes_its_place(phone, chosen):
    other = person(phone, "何か根拠のある数字")
    other.click()
    expect(phone.locator(".chosen__numbers a")).to_have_count(2)
    expect(phone.locator(".comment--chosen")).to_have_count(2)


def test_the_keyboard_goes_from_the_ID_to_the_numbers(phone, chosen):
    order = phone.locator("a[href], button").evaluate_all(
        "all => all.findIndex(one => one.closest('.chosen')) - all.findIndex(one => one.matches('.comment__id[aria-current]'))"
    )
    assert 0 < order < 8


def test_escape_in_the_form_leaves_it(phone, chosen):
    phone.locator("#comment-form [name=text]").focus()
    phone.keyboard.press("Escape")
    expect(phone.locator(".chosen")).to_have_count(1)


def test_without_scripts_the_link_leads_to_a_page(no_scripts_phone):
    no_scripts_phone.goto(ARTICLE)
    person(no_scripts_phone, "線路の費用は").click()
    expect(no_scripts_phone.locator("main .comment")).to_have_count(3)
    expect(no_scripts_phone.locator("main")).to_contain_text("割り算としてはその通り")


def test_with_a_modifier_key_the_page_opens_in_a_tab(phone):
    phone.goto(ARTICLE)
    with phone.context.expect_page() as opened:
        person(phone, "線路の費用は").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_url("**/by/*/")
    expect(phone.locator(".comment--chosen")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(new_context, width, scheme):
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(ARTICLE)
    link = person(page, "線路の費用は")
    address = link.get_attribute("href")
    link.click()
    page.locator(".chosen__numbers a").first.wait_for()
    assert_axe_finds_nothing(page)
    page.goto(address)
    assert_axe_finds_nothing(page)
    page.goto("/articles/tram-last-service/")
    assert_axe_finds_nothing(page)


def test_long_names_do_not_stand_out_sideways(phone, server):
    server.manage("shell", "-v0", "-c", LONG)
    for address in ("/articles/long-names/", "/articles/long-names/by/WWWWWWWW/"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_draft_keeps_no_key(phone, discussion):
    phone.goto(discussion)
    phone.locator("#comment-form [name=author_name]").fill("灯台守#himitsu")
    phone.locator("#comment-form [name=text]").fill("書きかけ")
    phone.reload()
    expect(phone.locator("#comment-form [name=text]")).to_have_value("書きかけ")
    expect(phone.locator("#comment-form [name=author_name]")).to_have_value("灯台守")
    assert "himitsu" not in phone.evaluate("JSON.stringify(localStorage)")
