"""nginx with the configuration of deploy/, on a free port of this machine and without TLS."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.server import ROOT, START_SECONDS, free_port

CONFIGURATION = ROOT / "deploy/nginx"
SURROUNDINGS = """
{user}
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    include {folder}/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
{site}
{more}
}}
"""


def program() -> str:
    """Debian keeps it where only root looks for programs."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    assert found, "nginx is missing: apt-get install nginx"
    return found


def without_tls(configuration: str, port: int) -> str:
    """The server that redirects to TLS is left out, the other one listens on the port of this machine."""
    configuration = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", configuration, flags=re.DOTALL)
    configuration = re.sub(r"\n +(ssl_|listen \[::\]).*?;", "", configuration)
    return configuration.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")


class Nginx:
    """In front of the application on `upstream_port`, with its VAR_DIR; `more` is configuration inside `http`."""

    def __init__(self, folder: Path, upstream_port: int, var_dir: Path, more: str = "", workers: int = 1):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        site = without_tls((CONFIGURATION / "kawaraban.conf").read_text(), self.port)
        for theirs, ours in {
            "127.0.0.1:8000": f"127.0.0.1:{upstream_port}",
            "/var/cache/nginx/kawaraban": f"{folder}/cache",
            "/var/log/nginx": str(folder),
            "/srv/kawaraban/var": str(var_dir),
            "include kawaraban_proxy.inc": f"include {folder}/kawaraban_proxy.inc",
        }.items():
            assert theirs in site, theirs
            site = site.replace(theirs, ours)
        # nginx would become a user who may not read the folders of whoever tests as root.
        user = "user root;" if os.geteuid() == 0 else ""
        shutil.copy("/etc/nginx/mime.types", folder)
        shutil.copy(CONFIGURATION / "kawaraban_proxy.inc", folder)
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(
            SURROUNDINGS.format(folder=folder, site=site, more=more, user=user, workers=workers)
        )

    def __enter__(self) -> "Nginx":
        command = [program(), "-p", self.folder, "-c", self.configuration, "-e", self.folder / "error.log"]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"nginx did not open:\n{(self.folder / 'error.log').read_text()}")

    def __exit__(self, *error) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)
