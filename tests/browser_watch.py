import contextlib
import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request

INLINE_SCHEMES = ("data:", "blob:", "about:")


class BrowserWatch:
    """What the browser complained of: console and script errors, failed requests, requests to another host.

    What the content policy refuses is a console error. A page that answers
    with 404 or 500 is one too; a test that wants such a page says so with
    `expect("status of 404")`.
    """

    def __init__(self, home: str):
        self.home = home
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        self.contexts.append(context)
        context.on("console", self.see_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self.see_request)
        context.on("requestfailed", self.see_failed_request)

    def expect(self, pattern: str) -> None:
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        for context in self.contexts:
            # An answer from the browser comes after all that it had to tell before.
            with contextlib.suppress(Error):
                context.cookies()
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.expected)]

    def see_console(self, message: ConsoleMessage) -> None:
        # Chromium looks for an icon at this address by itself when a page names none, as plain text does not.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def see_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", *INLINE_SCHEMES)):
            self.faults.append(f"another host: {request.url}")

    def see_failed_request(self, request: Request) -> None:
        # What a reader leaves behind by going on to the next page is aborted; nothing has failed.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.method} {request.url} {request.failure}")
