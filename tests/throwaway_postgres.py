#!/usr/bin/env python3
"""throwaway_postgres.py COMMAND...: run COMMAND with the DATABASE_URL of an empty PostgreSQL that is gone afterwards.

It has to lose nothing, so it never waits for the disk: times taken on it mean little.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def programs() -> Path:
    """The folder of the server's programs; Debian keeps them out of PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return folders[-1] if folders else sys.exit("no PostgreSQL server here: apt-get install postgresql")


def run(command: list[str]) -> int:
    # The path of a socket may be no longer than about 100 bytes, so not under TMPDIR.
    base = Path(tempfile.mkdtemp(prefix="kawaraban-pg-", dir="/tmp"))
    try:
        return run_in(base, command)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def run_in(base: Path, command: list[str]) -> int:
    bin, data, log = programs(), base / "data", base / "log"
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    # A session of its own: Ctrl-C is for the tests, which still need their database to end well.
    alone = {"env": env, "cwd": "/", "stdout": subprocess.DEVNULL, "start_new_session": True, **as_postgres(base)}

    initdb = [bin / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(initdb, check=True, **alone)

    options = (f"unix_socket_directories={base}", "listen_addresses=", "max_connections=300", *FAST)
    with log.open("wb") as stderr:
        server = subprocess.Popen(
            [bin / "postgres", "-D", data, *(f"-c{option}" for option in options)], stderr=stderr, **alone
        )
    try:
        while subprocess.run([bin / "pg_isready", "-q", "-h", base], env=env).returncode:
            if server.poll() is not None:
                sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)
        subprocess.run([bin / "createdb", "-h", base, "-U", "app", "app"], check=True, env=env)
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": f"postgres://app@/app?host={base}"})
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def as_postgres(base: Path) -> dict:
    """What makes a process run as another user, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(base, user.pw_uid, user.pw_gid)
    base.chmod(0o755)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, frame: sys.exit(128 + number))
    sys.exit(run(sys.argv[1:]))
