import re
import stat
import subprocess
import sys

import pytest

from tests.server import ROOT, clean_environment, run_manage

MANAGE = [sys.executable, "manage.py", "check"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--check-config", "--config", "config/gunicorn.py"]

BAD = [
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "abc"),
    ("PORT", "-1"),
    ("PORT", "８０００"),  # full-width digits, which int() would take
    ("HOST", "a b"),
    ("HOST", "http://localhost"),
    ("WEB_CONCURRENCY", "many"),
    ("WEB_CONCURRENCY", "0"),
    ("PAGE_CACHE_MB", "-1"),
    ("PAGE_CACHE_MB", "lots"),
    ("WEB_THREADS", "4.5"),
    ("WEB_THREADS", "1000"),
    ("VAR_DIR", "/dev/null"),  # a file
    ("VAR_DIR", "/dev/null/var"),  # below a file
    ("VAR_DIR", "/proc/kawaraban"),  # where even root cannot make a folder
    ("VAR_DIR", "~/news"),
    ("SECRET_KEY", "short"),
    ("DATABASE_URL", "mysql://user:password@localhost/news"),
    ("DATABASE_URL", "news.sqlite3"),
    ("DATABASE_URL", "postgres://"),
    ("DATABASE_URL", "postgres://user:password@localhost/"),
    ("DATABASE_URL", "postgres://user:password@localhost:port/news"),
    ("DATABASE_URL", "postgres://user:password@localhost:99999/news"),
    ("DATABASE_URL", "postgres://user:50%off@localhost/news"),
    ("DATABASE_URL", "postgres://user:pass word@localhost/news"),
    ("DATABASE_URL", "postgres://user:p#ss@localhost/news"),
    ("DATABASE_URL", "postgres://user:password@[::1/news"),
    ("DATABASE_URL", "sqlite://"),  # in memory, as the next two
    ("DATABASE_URL", "sqlite://:memory:"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "sqlite:///news.sqlite3"),
    ("DATABASE_URL", "sqlite://srv/news.sqlite3"),
    ("CACHE_URL", "memcached://localhost:11211"),
    ("CACHE_URL", "redis://"),
    ("CACHE_URL", "redis://localhost:port/0"),
    ("CACHE_URL", "redis://localhost:6379/first"),
    ("ALLOWED_HOSTS", "https://news.example.jp"),
    ("ALLOWED_HOSTS", "news.example.jp:8000"),
    ("ALLOWED_HOSTS", "news.example.jp, 瓦版.jp"),
    ("SITE_URL", "news"),
    ("SITE_URL", "ftp://news.example.jp"),
    ("SITE_URL", "https://news.example.jp/blog"),
    ("SITE_URL", "https://user@news.example.jp"),
    ("SITE_URL", "https://瓦版.jp"),
    ("SITE_URL", "https://news.example.jp:99999"),
    ("SITE_NAME", "two\nlines"),
    ("SITE_NAME", b"\xff".decode(errors="surrogateescape")),
    ("MIN_FORM_SECONDS", "-1"),
    ("MIN_FORM_SECONDS", "61"),
    ("AKISMET_KEY", "two\nlines"),
    ("SITE_LANGUAGE", "fr"),
    ("DEMO_SITE", "perhaps"),
    ("TIME_ZONE", "Mars/X"),
    ("IDENTITY_KEYS", "short"),
    ("IDENTITY_KEYS", "k" * 40 + " short"),
    ("TRUSTED_PROXIES", "localhost"),
    ("TRUSTED_PROXIES", "10.0.0.1/8"),  # the address of a host, not of a network
    ("TRUSTED_PROXIES", "10.0.0.0/8 192.0.2.1"),
    ("ADDRESS_RETENTION_DAYS", "-1"),
    ("ADDRESS_RETENTION_DAYS", "for ever"),
    ("CONTACT_EMAIL", "owner"),
    ("CONTACT_EMAIL", 'owner@example.jp"><script>'),
    ("DOWN_VOTES", "on"),
    ("PUBLIC_IDS", "1"),
    ("TRIPS", "true"),
    ("STAFF_MARKS", "some"),
    ("FEED_FULL_TEXT", "full"),
    ("NOTICE_EMAILS", "owner"),
    ("NOTICE_EMAILS", "owner@example.jp, 編集長"),
    ("NOTICE_EMAILS", "owner@example.jp"),  # and no EMAIL_URL
    ("NOTICE_WEBHOOK_URL", "hooks.example.jp/x"),
    ("NOTICE_WEBHOOK_URL", "https://"),
    ("EMAIL_URL", "mail.example.jp"),
    ("EMAIL_URL", "https://mail.example.jp"),
    ("EMAIL_URL", "smtp://"),
    ("EMAIL_URL", "smtp://user:password@"),
    ("EMAIL_URL", "smtp://user:50%off@mail.example.jp"),
    ("EMAIL_URL", "smtp+tls://mail.example.jp:99999"),
    ("EMAIL_URL", "smtp://mail.example.jp/?ssl=yes"),
    ("MAIL_FROM", "瓦版"),
]


def run(command, tmp_path, **variables):
    env = clean_environment(VAR_DIR=str(tmp_path)) | variables
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_stops_with_one_line_that_names_it(tmp_path, name, value):
    done = run(MANAGE, tmp_path, **{name: value})

    assert done.returncode != 0
    assert done.stderr.startswith(f"kawaraban: {name}: ")
    assert done.stderr.count("\n") == 1


# gunicorn reads WEB_CONCURRENCY itself, before our file, and has an error of its own.
ONE_OF_EACH = dict(bad for bad in BAD if bad[0] != "WEB_CONCURRENCY").items()


@pytest.mark.parametrize(("name", "value"), ONE_OF_EACH)
def test_gunicorn_stops_with_the_same_line(tmp_path, name, value):
    done = run(GUNICORN, tmp_path, **{name: value})

    assert done.returncode != 0
    assert done.stderr.startswith(f"kawaraban: {name}: ")
    assert done.stderr.count("\n") == 1


def test_every_setting_is_tried_with_a_bad_value():
    read = re.findall(r'env_[a-z_]+\("([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text())

    assert set(read) == {name for name, value in BAD}


def test_it_does_not_repeat_a_password(tmp_path):
    done = run(MANAGE, tmp_path, DATABASE_URL="postgres://user:himitsu/@localhost/news")

    assert "DATABASE_URL" in done.stderr
    assert "himitsu" not in done.stderr


def test_it_does_not_repeat_the_password_of_the_mail_server(tmp_path):
    done = run(MANAGE, tmp_path, EMAIL_URL="smtp://user:himitsu@")

    assert "EMAIL_URL" in done.stderr
    assert "himitsu" not in done.stderr


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.jp", 25, False, False),
        ("smtp+tls://user:p%40ss@mail.example.jp", 587, True, False),
        ("smtp+ssl://mail.example.jp:4650", 4650, False, True),
    ],
)
def test_the_mail_server_is_read_from_its_address(tmp_path, url, port, tls, ssl):
    names = "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL"
    code = f"from django.conf import settings; print(*(getattr(settings, n) for n in {names}))"
    env = {"EMAIL_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    told = run([sys.executable, "-c", code], tmp_path, **env).stdout.split()
    assert told == ["mail.example.jp", str(port), str(tls), str(ssl)]


def test_mail_comes_from_the_first_of_the_owners_addresses(tmp_path):
    told = {"NOTICE_EMAILS": "a@example.jp,b@example.jp", "EMAIL_URL": "smtp://localhost"}
    assert value_of("DEFAULT_FROM_EMAIL", tmp_path, **told) == "a@example.jp"
    assert value_of("DEFAULT_FROM_EMAIL", tmp_path, **told, MAIL_FROM="news@example.jp") == "news@example.jp"


def value_of(setting, tmp_path, **variables):
    code = f"from config import settings; print(settings.{setting})"
    return run([sys.executable, "-c", code], tmp_path, **variables).stdout.strip()


def test_an_empty_value_means_the_default(tmp_path):
    assert value_of("PORT", tmp_path, PORT="") == "8000"


def test_a_dollar_sign_is_only_a_character(tmp_path):
    key = "$" + "k" * 40

    assert value_of("SECRET_KEY", tmp_path, SECRET_KEY=key) == key


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://news.example.jp", "news.example.jp"),
        ("https://news.example.jp/", "news.example.jp"),
        ("http://localhost:8080", "localhost"),
        ("http://[::1]:8080", "[::1]"),
    ],
)
def test_the_host_of_the_site_is_allowed(tmp_path, url, host):
    assert host in value_of("ALLOWED_HOSTS", tmp_path, SITE_URL=url)


def test_a_folder_name_may_hold_any_sign(tmp_path):
    folder = tmp_path / "50% 新聞?#"

    run_manage("migrate", "--verbosity=0", env=clean_environment(VAR_DIR=str(folder)))

    assert (folder / "kawaraban.sqlite3").exists()


def test_postgresql_gets_a_connection_for_each_thread(tmp_path):
    options = value_of(
        "DATABASES['default']['OPTIONS']", tmp_path, DATABASE_URL="postgres://u:p@h/news", WEB_THREADS="7"
    )

    assert "'max_size': 8" in options


def test_the_secret_key_is_made_once_for_the_owner_only(tmp_path):
    first = value_of("SECRET_KEY", tmp_path)
    mode = stat.S_IMODE((tmp_path / "secret_key").stat().st_mode)

    assert len(first) > 60
    assert mode == 0o600
    assert value_of("SECRET_KEY", tmp_path) == first


def test_a_broken_secret_key_is_not_replaced(tmp_path):
    (tmp_path / "secret_key").write_text("")

    done = run(MANAGE, tmp_path)

    assert done.stderr.startswith("kawaraban: SECRET_KEY: ")
    assert done.stderr.count("\n") == 1
