"""The bare application in the same gunicorn: class, processes and threads are those of the site."""

from config.gunicorn import *  # noqa: F403

wsgi_app = "bench.bare"
