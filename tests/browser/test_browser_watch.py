import re

import pytest

from tests.browser_watch import BrowserWatch


@pytest.fixture
def watched(browser, server):
    """A page and what is told of it, apart from the watch that fails the test."""
    watch = BrowserWatch(server.url)
    context = browser.new_context(base_url=server.url)
    watch.watch(context)
    page = context.new_page()
    page.goto("/healthz")
    yield page, watch
    context.close()


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("console.error('bad')", "console: bad"),
        ("setTimeout(() => { throw new Error('worse') })", "script error: worse"),
        ("location = 'https://example.invalid/'", "another host: https://example.invalid/"),
        ("location = 'https://example.invalid/'", "failed: GET https://example.invalid/"),
        ("fetch('https://example.invalid/').catch(() => {})", "console: .*Content Security Policy"),
        ("fetch('/no-such-page')", "console: .*status of 404"),
    ],
)
def test_it_sees(watched, script, fault):
    page, watch = watched
    page.evaluate(script)
    moments = 0
    while not any(re.search(fault, told) for told in watch.unexpected()):
        assert moments < 100, f"{fault!r} is not among {watch.unexpected()}"
        page.wait_for_timeout(100)
        moments += 1

    watch.expect(fault)

    assert not any(re.search(fault, told) for told in watch.unexpected())


def test_it_sees_nothing_on_a_sound_page(watched):
    assert watched[1].unexpected() == []


def test_a_phone_without_scripts_runs_none(no_scripts_phone):
    no_scripts_phone.set_content("<p>a</p><script>document.body.textContent = 'b'</script>")

    assert no_scripts_phone.text_content("p") == "a"


def test_the_phone_is_narrow(phone):
    phone.goto("/healthz")

    assert phone.evaluate("innerWidth") == 390
