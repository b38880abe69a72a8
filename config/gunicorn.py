"""How gunicorn serves the site: `gunicorn --config config/gunicorn.py`."""

import gc
import logging
import re
import sys

from django.core.exceptions import ImproperlyConfigured

try:
    from config import settings
except ImproperlyConfigured as error:
    sys.exit(f"kawaraban: {error}")

wsgi_app = "config.wsgi"
host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
bind = f"{host}:{settings.PORT}"
worker_class = "gthread"
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS

# The socket would let whoever runs as this user resize or stop the server.
control_socket_disable = True

# Comes round often enough that a slow leak never matters; the jitter keeps
# the workers from leaving together.
max_requests = 1_000_000
max_requests_jitter = 100_000

# What goes wrong goes to stderr; that a worker has started is no news.
loglevel = "warning"


def without_address(record: logging.LogRecord) -> bool:
    """gunicorn names the address of whoever sends it nonsense; nothing here keeps an address outside the database."""
    record.msg = re.sub(r"from ip=\S*", "from a stranger", str(record.msg))
    return True


logging.getLogger("gunicorn.error").addFilter(without_address)


def post_worker_init(worker):
    # What is loaded stays, so the search for garbage need not go through it. How often it searches is left at
    # Python's own 700 objects: at 5,000 a worker that makes many pages took 15 MB more, and little less time.
    gc.collect()
    gc.freeze()


def when_ready(server):
    # Nobody can open the address that means "all of this machine's".
    local = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104
    address = settings.SITE_URL or f"http://{local}:{settings.PORT}"
    print(f"Kawaraban is open at {address}/ and {address}/admin/ (Ctrl-C ends it)", flush=True)
