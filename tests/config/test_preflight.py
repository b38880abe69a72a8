import socket
import subprocess
import sys

import pytest

from tests.server import ROOT, clean_environment, free_port


def preflight(tmp_path, **variables):
    env = clean_environment(VAR_DIR=str(tmp_path), PORT=str(free_port())) | variables
    command = [sys.executable, "manage.py", "preflight"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_it_says_nothing_when_all_is_there(tmp_path):
    done = preflight(tmp_path)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(("proxies", "warned"), [("", True), ("10.0.0.0/8", False)], ids=["none", "named"])
def test_it_warns_when_all_readers_would_be_one_network(tmp_path, proxies, warned):
    done = preflight(tmp_path, SITE_URL="https://news.example.jp", TRUSTED_PROXIES=proxies)

    assert done.returncode == 0
    assert done.stderr.startswith("kawaraban: TRUSTED_PROXIES: ") is warned


@pytest.mark.parametrize(("site", "warned"), [("", True), ("http://news.example.jp", False)], ids=["none", "set"])
def test_it_warns_when_notices_could_hold_no_links(tmp_path, site, warned):
    done = preflight(tmp_path, NOTICE_WEBHOOK_URL="https://hooks.example.jp/x", SITE_URL=site)

    assert done.returncode == 0
    assert done.stderr.startswith("kawaraban: SITE_URL: ") is warned


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://user:password@127.0.0.1:1/news"),
        ("DATABASE_URL", "postgres:///news?host=/nowhere"),
        ("DATABASE_URL", "postgres://127.0.0.1:1/news?no_such_option=1"),
        ("DATABASE_URL", "sqlite:////nowhere/news.sqlite3"),
        ("DATABASE_URL", f"sqlite:///{__file__}"),  # no database
        ("CACHE_URL", "redis://127.0.0.1:1/0"),
        ("HOST", "192.0.2.1"),  # TEST-NET-1 of RFC 5737: an address nobody has
        ("HOST", "nowhere.invalid"),
    ],
)
def test_what_cannot_be_reached_stops_with_one_line_that_names_it(tmp_path, name, value):
    done = preflight(tmp_path, **{name: value})

    assert done.returncode != 0
    assert done.stderr.startswith(f"kawaraban: {name}: ")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_stops_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = preflight(tmp_path, PORT=str(taken.getsockname()[1]))

    assert done.returncode != 0
    assert done.stderr.startswith("kawaraban: PORT: ")
    assert done.stderr.count("\n") == 1
