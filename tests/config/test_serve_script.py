import http.cookiejar
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import ROOT, clean_environment, free_port, new_database

# All of a clone but what is only read by people and tests.
PARTS = ["articles", "bin", "comments", "config", "locale", "manage.py", "requirements.txt", "static", "templates"]
START_SECONDS = 150


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The project in a folder with a space in its name; only the environment is borrowed."""
    folder = tmp_path_factory.mktemp("serve") / "news site"
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """Which database it is told to use: none on SQLite, where it makes its own."""
    with new_database("serve") as setting:
        yield setting


class Running:
    """bin/serve, started from another folder, and what it has said so far."""

    def __init__(self, clone: Path, **variables: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env = clean_environment(PORT=str(self.port)) | variables
        self.process = subprocess.Popen(
            ["sh", str(clone / "bin" / "serve")],
            cwd="/",
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz").close()
                return self
            except OSError:
                time.sleep(0.1)
        self.process.kill()
        raise AssertionError(f"bin/serve did not open:\n{self.output}")

    def __exit__(self, *error):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_SECONDS)
        self.reader.join()
        self.process.stdout.close()

    @property
    def output(self) -> str:
        return "".join(self.lines)


@pytest.fixture(scope="module")
def first_start(clone, database) -> Running:
    with Running(clone, **database) as running:
        password = re.search(r"with the password (\S+)", running.output).group(1)
        running.signed_in = sign_in(running.url, "owner", password)
    return running


def sign_in(url: str, name: str, password: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(f"{url}/admin/login/?next=/admin/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    form = {"csrfmiddlewaretoken": token, "username": name, "password": password, "next": "/admin/"}
    return opener.open(f"{url}/admin/login/", urllib.parse.urlencode(form).encode()).url == f"{url}/admin/"


def test_it_prints_where_to_go(first_start):
    assert f"{first_start.url}/ " in first_start.output
    assert f"{first_start.url}/admin/ " in first_start.output


def test_the_printed_password_opens_the_admin(first_start):
    assert first_start.signed_in


def test_ctrl_c_ends_it_cleanly(first_start):
    assert first_start.process.returncode == 0
    assert "Traceback" not in first_start.output


def test_the_key_is_for_the_owner_only(first_start, clone):
    assert stat.S_IMODE((clone / "var").stat().st_mode) == 0o700
    assert stat.S_IMODE((clone / "var" / "secret_key").stat().st_mode) == 0o600


def test_the_database_can_be_read_while_it_is_written(first_start, clone, database):
    if database:
        pytest.skip("only on SQLite")
    connection = sqlite3.connect(clone / "var" / "kawaraban.sqlite3")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()

    assert mode == "wal"


def commands_of_children(pid: int) -> list[str]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in children]


def test_a_second_start_keeps_everything(first_start, clone, database):
    key = (clone / "var" / "secret_key").read_text()
    with Running(clone, **database) as again:
        children = commands_of_children(again.process.pid)

    # That the output came to its end says that it ended with the server.
    assert any("manage.py tick --every 60" in command for command in children)
    assert "with the password" not in again.output
    assert "changepassword owner" in again.output
    assert "Collecting" not in again.output
    assert (clone / "var" / "secret_key").read_text() == key


def test_static_files_are_collected_again_when_one_changes(first_start, clone, database):
    (clone / "static" / "new.txt").write_text("new")
    with Running(clone, **database) as again:
        pass

    assert "Collecting" in again.output


def test_debug_is_off(first_start, clone, database):
    with Running(clone, **database) as again, pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{again.url}/no-such-page")

    with answer.value as response:
        assert response.code == 404
        assert "urlpatterns" not in response.read().decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("WEB_CONCURRENCY", "many"),
        ("DATABASE_URL", "postgres://user:password@127.0.0.1:1/news"),
    ],
)
def test_a_bad_setting_stops_it_with_one_line(clone, name, value):
    env = clean_environment() | {name: value}
    done = subprocess.run(["sh", str(clone / "bin" / "serve")], cwd="/", env=env, capture_output=True, text=True)

    assert done.returncode != 0
    assert done.stderr.startswith(f"kawaraban: {name}: ")
    assert done.stderr.count("\n") == 1


# What the scripts do before there is anything installed


@pytest.fixture
def bare(tmp_path) -> Path:
    """A project that needs no package, and so can be installed without a network."""
    project = tmp_path / "bare project"
    (project / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "_setup", project / "bin")
    (project / "requirements.txt").touch()
    return project


def set_up(
    project: Path, path: str = os.environ["PATH"], script: str = "make_venv; install_requirements requirements.txt"
):
    return subprocess.run(
        ["/bin/sh", "-euc", f". bin/_setup; {script}"],
        cwd=project,
        env=clean_environment(PATH=path),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def made_environment(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=True)
    return folder / ".venv"


@pytest.fixture
def made(bare, made_environment) -> Path:
    """The bare project with an environment in which nothing is installed yet."""
    shutil.copytree(made_environment, bare / ".venv", symlinks=True)
    (bare / "requirements-dev.txt").touch()
    return bare


@pytest.fixture
def without_python(tmp_path) -> Path:
    """A PATH with what the script itself uses, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("id", "apt-get"):
        (folder / name).symlink_to(shutil.which(name) or "/bin/true")
    return folder


def fake_python(folder: Path, name: str, refused: str) -> None:
    """A Python that fails whatever asks for `refused`."""
    script = folder / name
    script.write_text(f'#!/bin/sh\ncase "$*" in *{refused}*) exit 1 ;; esac\n')
    script.chmod(0o755)


def test_a_half_made_environment_is_made_again(bare):
    (bare / ".venv" / "bin").mkdir(parents=True)
    (bare / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (bare / ".venv" / "left-over").touch()

    done = set_up(bare)

    assert done.returncode == 0, done.stderr
    assert not (bare / ".venv" / "left-over").exists()
    assert (bare / ".venv" / "requirements.txt").exists()


def test_an_environment_of_somebody_else_is_used(made):
    assert "Making" not in set_up(made).stdout


def test_it_is_made_again_after_an_interrupted_installation(made):
    (made / "requirements.txt").write_text("no-such-package\n")
    failed = set_up(made)
    (made / "requirements.txt").write_text("")

    assert failed.returncode != 0
    assert "Making .venv" in set_up(made).stdout


def test_the_second_time_nothing_is_installed(made):
    assert set_up(made).stdout == "Installing requirements.txt\n"
    assert set_up(made).stdout == ""


def test_what_changed_is_installed(made):
    set_up(made)
    (made / "requirements.txt").write_text("# another\n")

    assert set_up(made).stdout == "Installing requirements.txt\n"


def test_what_serves_is_there_when_what_tests_is(made):
    set_up(made, script="install_requirements requirements-dev.txt")

    assert set_up(made).stdout == ""


def test_what_tests_is_installed_again_after_what_serves_changed(made):
    set_up(made, script="install_requirements requirements-dev.txt")
    (made / "requirements.txt").write_text("# another\n")
    set_up(made)

    assert "Installing" in set_up(made, script="install_requirements requirements-dev.txt").stdout


def test_without_python_it_says_how_to_get_one(bare, without_python):
    done = set_up(bare, str(without_python))

    assert done.returncode != 0
    assert re.fullmatch(r"kawaraban: .*: (sudo )?apt-get install python3 python3-venv\n", done.stderr)


def test_an_old_python_is_no_python(bare, without_python):
    fake_python(without_python, "python3", refused="version_info")

    assert "Python 3.11 or newer is missing" in set_up(bare, str(without_python)).stderr


def test_without_venv_it_says_how_to_get_it(bare, without_python):
    for name in ("python3", "python3.11"):
        fake_python(without_python, name, refused="ensurepip")
    done = set_up(bare, str(without_python))

    assert done.returncode != 0
    assert re.fullmatch(r"kawaraban: .*: (sudo )?apt-get install python3-venv\n", done.stderr)


def test_a_newer_python_beside_an_old_one_is_found(bare, without_python):
    fake_python(without_python, "python3", refused="version_info")
    fake_python(without_python, "python3.12", refused="nothing")

    assert set_up(bare, str(without_python), "find_python; echo $found").stdout == "python3.12\n"
