"""The site as readers meet it: gunicorn on a free port, with a folder and a database of its own."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
OWNER = "owner"
OWNER_PASSWORD = "kawaraban-no-aruji"
START_SECONDS = 60
# Browsers that are driven by tests type faster than people.
PATIENCE = {"MIN_FORM_SECONDS": "0"}


def clean_environment(**variables: str) -> dict[str, str]:
    """An environment without the settings of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8"} | variables


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def run_manage(*arguments: str, env: dict[str, str]) -> str:
    """What the command wrote to stdout; AssertionError with its errors when it failed."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def new_database(name: str) -> Iterator[dict[str, str]]:
    """The setting of an empty database beside the one of the tests; SQLite's is in the site's own folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = f"{name}_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Server:
    config = "config/gunicorn.py"

    def __init__(self, folder: Path, **variables: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = clean_environment(PORT=str(self.port), VAR_DIR=str(folder), **PATIENCE | variables)
        self.log = folder / "gunicorn.log"
        self.log.touch()
        self.begin_test()

    def manage(self, *arguments: str, **variables: str) -> str:
        return run_manage(*arguments, env=self.env | variables)

    def prepare(self) -> None:
        """Tables, an owner with a known password, and the demonstration."""
        self.manage("migrate", "--verbosity=0")
        who = (f"--username={OWNER}", f"--email={OWNER}@example.jp")
        self.manage("createsuperuser", "--noinput", *who, DJANGO_SUPERUSER_PASSWORD=OWNER_PASSWORD)
        self.manage("make_demo_site")
        # Many readers of the tests write within one minute; a flood is a matter of tests of its own.
        self.manage("shell", "-v0", "-c", "from comments.models import Policy; Policy(pk=1, valve_factor=0).save()")

    def __enter__(self) -> "Server":
        command = [sys.executable, "-m", "gunicorn", "--config", self.config]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        try:
            self.wait_until_open()
        except BaseException:
            self.process.kill()
            raise
        return self

    def __exit__(self, *error) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)

    def wait_until_open(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=START_SECONDS).close()
                return
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not open:\n{self.log.read_text()}")

    def begin_test(self) -> None:
        self.log_mark = self.log.stat().st_size
        self.errors_expected = False

    def expect_errors(self) -> None:
        """For a test that breaks something on purpose: what the server logs of it is no failure."""
        self.errors_expected = True

    def new_log(self) -> str:
        """What the server logged since the test began."""
        with self.log.open("rb") as log:
            log.seek(self.log_mark)
            return log.read().decode(errors="replace")

    def has_unexpected_errors(self) -> bool:
        return not self.errors_expected and bool(re.search(r"\b(Traceback|ERROR|CRITICAL)\b", self.new_log()))
