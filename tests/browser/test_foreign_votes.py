"""A page of another site has a reader's browser send a vote here."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

PAGES = {
    "form": '<form method="post" action="{address}"><input name="value" value="1"></form>'
    "<script>document.forms[0].submit()</script>",
    "frame": '<iframe sandbox="allow-forms allow-scripts" srcdoc="'
    "<form method=post action={address}><input name=value value=1></form>"
    '<script>document.forms[0].submit()</script>"></iframe>',
    "fetch": "<script>fetch('{address}', {{method: 'POST', credentials: 'include', mode: 'no-cors',"
    " body: new URLSearchParams({{value: 1}})}}).then(() => document.title = 'sent')</script>",
}

LOOK = """
import json
from comments.models import Vote
print(json.dumps(Vote.objects.filter(comment={pk}).count()))
"""


@pytest.fixture
def elsewhere() -> Iterator[ThreadingHTTPServer]:
    """A web server of somebody else; `page` is what it shows."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.server.page.encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture
def known_reader(phone: Page, discussion) -> Page:
    """Somebody who has voted here, so that the browser has the visitor's cookie."""
    phone.goto(discussion)
    phone.locator("#c1 > .comment .vote__button").click()
    expect(phone.locator("#c1 > .comment .vote__button")).to_have_attribute("aria-pressed", "true")
    return phone


# Another port is another origin of the same site, to which browsers send the cookie; another name is another site.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("way", PAGES)
def test_a_vote_from_another_sites_page_is_refused(known_reader, elsewhere, server, browser_watch, host, way):
    browser_watch.expect("another host|status of 403|BLOCKED_BY_RESPONSE|frame-ancestors")
    path = known_reader.locator("#c2 > .comment form[data-vote]").get_attribute("action")
    elsewhere.page = PAGES[way].format(address=f"{server.url}{path}")
    known_reader.goto(f"http://{host}:{elsewhere.server_port}/")
    # The browser tells nothing of what a frame of another site got.
    while f"Forbidden: {path}" not in server.new_log():
        known_reader.wait_for_timeout(50)
    assert json.loads(server.manage("shell", "-v0", "-c", LOOK.format(pk=path.split("/")[2]))) == 0
