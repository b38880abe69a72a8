"""How gunicorn serves the site: `gunicorn --config config/gunicorn.py`."""

import sys

from django.core.exceptions import ImproperlyConfigured

try:
    from config import settings
except ImproperlyConfigured as error:
    sys.exit(f"kawaraban: {error}")

wsgi_app = "config.wsgi"
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
worker_class = "gthread"
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS

# The socket would let whoever runs as this user resize or stop the server.
control_socket_disable = True

# Comes round often enough that a slow leak never matters; the jitter keeps
# the workers from leaving together.
max_requests = 20_000
max_requests_jitter = 2_000
