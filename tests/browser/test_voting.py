import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NEW_ARTICLE
from tests.browser_watch import BrowserWatch
from tests.conftest import PHONE
from tests.server import Server, new_database

STORED = """
import json
from comments.models import Vote
print(json.dumps(list(Vote.objects.filter(comment__article__slug="{slug}").values_list("comment__number", "value"))))
"""


def comment(page: Page, number: int):
    return page.locator(f"#c{number} > .comment")


def up(page: Page, number: int):
    return comment(page, number).locator('.vote__button[value="1"]')


def down(page: Page, number: int):
    return comment(page, number).locator('.vote__button[value="-1"]')


def counts(page: Page, number: int) -> list[str]:
    return comment(page, number).locator(".vote__count").all_inner_texts()


def expect_pressed(button, pressed: bool = True) -> None:
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def write(page: Page, text: str) -> None:
    page.get_by_label("コメント", exact=True).fill(text)
    page.get_by_role("button", name="投稿する").click()


def stored(server, discussion: str) -> list:
    return json.loads(server.manage("shell", "-v0", "-c", STORED.format(slug=discussion.split("/")[2])))


def test_a_pressed_button_stays_pressed_over_a_reload(phone: Page, discussion):
    phone.goto(discussion)
    up(phone, 2).click()
    expect_pressed(up(phone, 2))
    expect(up(phone, 2)).to_be_focused()
    phone.reload()
    expect_pressed(up(phone, 2))
    expect_pressed(up(phone, 1), False)


def test_it_comes_back_when_the_browser_has_forgotten_the_votes(phone: Page, discussion):
    phone.goto(discussion)
    up(phone, 2).click()
    expect_pressed(up(phone, 2))
    phone.evaluate("localStorage.removeItem('votes')")
    phone.reload()
    expect_pressed(up(phone, 2))
    up(phone, 2).click()
    expect_pressed(up(phone, 2), False)


def test_what_the_site_says_wins_over_what_the_browser_remembers(phone: Page, discussion):
    phone.goto(discussion)
    up(phone, 2).click()
    expect_pressed(up(phone, 2))
    forms = phone.locator("form[data-vote]").evaluate_all("forms => forms.map(form => form.dataset.vote)")
    phone.evaluate("votes => localStorage.setItem('votes', JSON.stringify(votes))", [[forms[0], 1]])
    phone.reload()
    expect_pressed(up(phone, 2))
    expect_pressed(up(phone, 1), False)


def test_votes_remembered_before_there_were_down_votes_are_read(phone: Page, discussion, browser_watch):
    browser_watch.expect("mine.json")
    phone.route("**/mine.json", lambda route: route.abort("blockedbyclient"))
    phone.goto(discussion)
    form = phone.locator("#c2 > .comment form[data-vote]").get_attribute("data-vote")
    phone.evaluate("votes => localStorage.setItem('votes', JSON.stringify(votes))", [form])
    phone.reload()
    expect_pressed(up(phone, 2))


def test_only_who_has_written_here_is_asked_about(phone: Page, discussion):
    asked = []
    phone.on("request", lambda request: asked.append(request.url) if "mine.json" in request.url else None)
    phone.goto(discussion)
    phone.wait_for_load_state("networkidle")
    assert not asked
    write(phone, "はじめての一言")
    expect(comment(phone, 4)).to_be_visible()
    phone.reload()
    phone.wait_for_load_state("networkidle")
    assert len(asked) == 1


def test_ones_own_comment_cannot_be_pressed_and_says_why(phone: Page, discussion):
    phone.goto(discussion)
    write(phone, "自分の意見")
    for _ in range(2):
        expect(up(phone, 4)).to_have_attribute("aria-disabled", "true")
        results = Axe().run(phone)
        assert results.violations_count == 0, results.generate_report()
        expect(up(phone, 1)).not_to_have_attribute("aria-disabled", "true")
        phone.reload()
    # By the script that leads on; the form alone would be sent and refused.
    expect(up(phone, 4)).to_have_attribute("aria-disabled", "true")
    up(phone, 4).press("Enter")
    phone.wait_for_url("**/vote/")
    expect(phone.get_by_role("alert")).to_be_visible()
    expect(phone.locator("[name=value]")).to_have_count(0)


def test_two_votes_in_haste_are_of_one_visitor(phone: Page, discussion, server):
    def slowly(route: Route):
        phone.wait_for_timeout(300)
        route.continue_()

    phone.route("**/vote/", slowly)
    phone.goto(discussion)
    phone.evaluate(
        "for (const form of document.querySelectorAll('form[data-vote]')) form.querySelector('button').click()"
    )
    for number in (1, 2, 3):
        expect_pressed(up(phone, number))
    phone.evaluate("localStorage.removeItem('votes')")
    phone.reload()
    for number in (1, 2, 3):
        expect_pressed(up(phone, number))
    assert stored(server, discussion) == [[1, 1], [2, 1], [3, 1]]


def test_a_vote_that_is_refused_leads_to_the_page_that_says_why(phone: Page, discussion, server, browser_watch):
    browser_watch.expect("status of 404")
    phone.goto(discussion)
    slug = discussion.split("/")[2]
    remove = f"from comments.models import *; Comment.objects.get(article__slug='{slug}', number=3).remove(by=None)"
    server.manage("shell", "-v0", "-c", remove)
    up(phone, 3).click()
    phone.wait_for_url("**/vote/")
    assert stored(server, discussion) == []


def test_the_buttons_are_as_large_as_a_finger(reader: Page, discussion):
    reader.goto(discussion)
    for box in (button.bounding_box() for button in reader.locator(".vote__button").all()):
        assert box["width"] >= 44
        assert box["height"] >= 44


def test_without_scripts_the_page_of_the_vote_tells_the_state(no_scripts_phone: Page, discussion):
    page = no_scripts_phone
    page.goto(discussion)
    up(page, 2).click()
    page.wait_for_url(f"**{discussion}#c2")
    expect(comment(page, 2).locator(".vote__count")).to_have_text(["1"])
    up(page, 2).click()
    page.wait_for_url("**/vote/")
    page.locator('button[value="0"]').click()
    page.wait_for_url(f"**{discussion}#c2")
    expect(comment(page, 2).locator(".vote__count")).to_have_text([""])


# With votes against a comment


@pytest.fixture(scope="module")
def down_server(tmp_path_factory, static_files) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("down-votes")
    (folder / "static").symlink_to(static_files)
    with new_database("down_votes") as database:
        site = Server(folder, DOWN_VOTES="yes", **database)
        site.manage("migrate", "--verbosity=0")
        site.manage("shell", "-v0", "-c", NEW_ARTICLE.format(slug="sanpi", levels=7))
        with site:
            yield site


@pytest.fixture(params=["with scripts", "without scripts"])
def voter(request, down_server, browser) -> Iterator[Page]:
    watch = BrowserWatch(down_server.url)
    scripts = request.param == "with scripts"
    context = browser.new_context(viewport=PHONE, locale="ja-JP", java_script_enabled=scripts, base_url=down_server.url)
    watch.watch(context)
    yield context.new_page()
    assert watch.unexpected() == []
    context.close()


def test_a_vote_is_turned_round(voter: Page):
    voter.goto("/articles/sanpi/")
    up(voter, 2).click()
    expect(comment(voter, 2).locator(".vote__count").first).to_have_text("1")
    down(voter, 2).click()
    expect(comment(voter, 2).locator(".vote__count")).to_have_text(["", "1"])
    down(voter, 2).click()
    if voter.url.endswith("/vote/"):
        voter.locator('button[value="0"]').click()
    expect(comment(voter, 2).locator(".vote__count").last).to_have_text("")


def test_large_numbers_fit_on_a_narrow_phone(voter: Page, down_server):
    many = "from comments.models import *; Comment.objects.filter(number=7).update(upvotes=12345, downvotes=12345);"
    many += "from articles.models import *; Article.objects.update(discussion_version=1000)"
    down_server.manage("shell", "-v0", "-c", many)
    voter.set_viewport_size({"width": 320, "height": 640})
    voter.goto("/articles/sanpi/")
    assert counts(voter, 7) == ["12345", "12345"]
    assert voter.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")
    box, around = down(voter, 7).bounding_box(), comment(voter, 7).bounding_box()
    assert box["width"] >= 44
    assert box["x"] + box["width"] <= around["x"] + around["width"]


@pytest.mark.parametrize("voter", ["with scripts"], indirect=True)
def test_axe_finds_nothing_beside_votes_against_a_comment(voter: Page):
    voter.goto("/articles/sanpi/")
    for address in ("/articles/sanpi/", voter.locator("form[data-vote]").first.get_attribute("action")):
        voter.goto(address)
        results = Axe().run(voter)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("voter", ["with scripts"], indirect=True)
def test_a_vote_against_stays_pressed(voter: Page):
    voter.goto("/articles/sanpi/")
    up(voter, 3).click()
    expect_pressed(up(voter, 3))
    down(voter, 3).click()
    expect_pressed(down(voter, 3))
    expect_pressed(up(voter, 3), False)
    for forget in ("", "localStorage.removeItem('votes')"):
        voter.evaluate(forget)
        voter.reload()
        expect_pressed(down(voter, 3))
        expect_pressed(up(voter, 3), False)


def test_an_answer_that_comes_late_does_not_take_the_reader_away_from_typing(phone: Page, discussion):
    waiting: list[Route] = []
    phone.route("**/vote/", lambda route: waiting.append(route))
    phone.goto(discussion)
    up(phone, 2).click()
    text = phone.get_by_label("コメント", exact=True)
    text.focus()
    phone.keyboard.type("書きかけ ")
    assert len(waiting) == 1
    with phone.expect_response("**/vote/"):
        waiting[0].continue_()
    expect_pressed(up(phone, 2))
    expect(phone.locator("form[data-cast='true']")).to_have_count(1)
    phone.keyboard.type("の 続き")
    expect(text).to_have_value("書きかけ の 続き")
    expect_pressed(up(phone, 2))
