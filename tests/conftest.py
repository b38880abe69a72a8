import fcntl
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Page

from articles import keeping, site_version
from comments.models import Rule
from tests.browser_watch import BrowserWatch
from tests.server import Server, clean_environment, new_database, run_manage

# Playwright keeps an event loop running in this thread, so Django would take
# every later query for one from asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    # Only the other database is a reason to leave a test out; whatever else is missing must be seen.
    if report.skipped and not hasattr(report, "wasxfail") and "only on " not in report.longrepr[2]:
        report.outcome = "failed"
        report.longrepr = (
            f"A test may be skipped with the reason 'only on PostgreSQL' (or SQLite), not: {report.longrepr}"
        )
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server:
        report.sections.append(("gunicorn", server.new_log()))
    return report


# Tests inside this process


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory) -> None:
    # Django would keep SQLite in memory, where locks work otherwise than in the file that is served.
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    # The pool has as many connections as the server has threads; a test may use more.
    database["OPTIONS"].pop("pool", None)
    # Of a statement that is prepared Django cannot tell the text. The servers of the tests prepare theirs.
    database["OPTIONS"].pop("prepare_threshold", None)


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path, monkeypatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path
    # Nothing is collected here, so there is no list of hashed names.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests type faster than people.
    settings.MIN_FORM_SECONDS = 0
    # Tests inside one transaction, which no trigger sees the end of, read what they have just written.
    settings.PAGE_CACHE_BYTES = 0
    # Each request is one of another version, so nothing is kept.
    monkeypatch.setattr(site_version, "current", count(1).__next__)
    cache.clear()
    Rule.objects.forget()
    keeping.forget()


# The served site


@pytest.fixture(scope="session")
def static_files(tmp_path_factory) -> Path:
    """The collected static files, one folder for all processes that run tests."""
    shared = tmp_path_factory.getbasetemp()
    if WORKER:
        shared = shared.parent
    with (shared / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "static").exists():
            run_manage("collectstatic", "--noinput", "--verbosity=0", env=clean_environment(VAR_DIR=str(shared)))
    return shared / "static"


@pytest.fixture(scope="session")
def server(tmp_path_factory, static_files) -> Iterator[Server]:
    """The demonstration, served by gunicorn; its owner is `tests.server.OWNER`."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "static").symlink_to(static_files)
    with new_database("served") as database:
        site = Server(folder, **database)
        site.prepare()
        with site:
            yield site


@pytest.fixture(autouse=True)
def server_without_errors(request) -> Iterator[None]:
    if "server" not in request.fixturenames:
        yield
        return
    server = request.getfixturevalue("server")
    server.begin_test()
    yield
    assert not server.has_unexpected_errors(), f"the server logged an error:\n{server.new_log()}"


# Browsers


@pytest.fixture(scope="session")
def no_connections() -> None:
    connections.close_all()


# Django keeps a thread's connections apart by whether an event loop is running.
# Those of the other side could never be closed, and hold up the end of the test database.
@pytest.fixture(scope="session")
def playwright(no_connections, playwright):
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    """The system's Chromium, else Playwright's own."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": found, "args": quiet}


@pytest.fixture(scope="session")
def base_url(server) -> str:
    return server.url


@pytest.fixture
def browser_watch(server) -> Iterator[BrowserWatch]:
    watch = BrowserWatch(server.url)
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def new_context(new_context, browser_watch):
    """Makes a watched browser context of a reader in Japan; `page` and the phones come from here."""

    def make(**options):
        context = new_context(**{"locale": "ja-JP", "timezone_id": "Asia/Tokyo"} | options)
        browser_watch.watch(context)
        return context

    return make


@pytest.fixture
def phone(new_context) -> Page:
    return new_context(viewport=PHONE).new_page()


@pytest.fixture
def no_scripts_phone(new_context) -> Page:
    return new_context(viewport=PHONE, java_script_enabled=False).new_page()
