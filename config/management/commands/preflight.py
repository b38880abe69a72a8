import socket
import sys

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import connection

from comments.models.notice import channels
from config.settings import refuse

# Reading may work where writing does not; both statements are rolled back.
WRITE_PROBES = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "CREATE TABLE kawaraban_preflight ()",
}


class Command(BaseCommand):
    help = "Stops with one line when the database, the cache or the address that the settings name cannot be used."

    def handle(self, **options):
        probes = {"DATABASE_URL": write_to_database, "CACHE_URL": write_to_cache, "HOST": use_host, "PORT": use_port}
        for name, probe in probes.items():
            try:
                probe()
            # Each driver has errors of its own, and any of them must become one line.
            except Exception as error:
                why = " ".join(str(error).split()) or type(error).__name__
                sys.exit(f"kawaraban: {refuse(name, why)}")
        if settings.HAS_TLS and not settings.TRUSTED_PROXIES:
            self.stderr.write(
                "kawaraban: TRUSTED_PROXIES: SITE_URL tells of a proxy that ends TLS, but none is named;"
                " all readers count as one network"
            )
        if channels() and not settings.SITE_URL:
            self.stderr.write("kawaraban: SITE_URL: is not set, so the notices to you can hold no links")


def write_to_database() -> None:
    # Not through the pool, which would try for ten seconds and log each failure.
    direct = connection.Database.connect(**connection.get_connection_params())  # type: ignore[attr-defined]
    try:
        direct.execute(WRITE_PROBES[connection.vendor])
        direct.rollback()
    finally:
        direct.close()


def write_to_cache() -> None:
    cache.set("preflight", "ok", timeout=1)


def use_host() -> None:
    listen(port=0)


def use_port() -> None:
    listen(settings.PORT)


def listen(port: int) -> None:
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    socket.create_server((settings.HOST, port), family=family).close()
