"""Every setting of the site, each read once from the environment.

A value that makes no sense stops start-up with one line that names the
variable, because a site that runs with half of its settings is worse than
one that does not start.
"""

import os
import re
import secrets
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

# Where mail servers listen (RFC 8314): in the clear, with STARTTLS, with TLS from the start.
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def refuse(name: str, why: str) -> ImproperlyConfigured:
    """The error for a bad variable: one line, beginning with its name."""
    return ImproperlyConfigured(f"{name}: {why}")


def env_text(name: str, default: str = "") -> str:
    """The value of a variable, or the default when it is unset or empty."""
    value = os.environ.get(name, "").strip() or default
    # Python hands bytes that are no UTF-8 on as lone surrogates, which no page could show.
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", value):
        raise refuse(name, "holds a control character or is not UTF-8")
    return value


def env_int(name: str, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both included."""
    text = env_text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise refuse(name, f"{text!r} is not a whole number from {low} to {high}")
    return int(text)


def env_choice(name: str, default: str, choices: set[str]) -> str:
    value = env_text(name, default)
    if value not in choices:
        shown = ", ".join(sorted(choices)) if len(choices) < 10 else "a known name"
        raise refuse(name, f"{value!r} is not one of: {shown}")
    return value


def env_flag(name: str, default: str) -> bool:
    return env_choice(name, default, {"yes", "no"}) == "yes"


def env_dir(name: str, default: str) -> Path:
    """A folder that exists, made if need be, in which this process may write; relative to the project."""
    value = env_text(name, default)
    if value.startswith("~"):
        raise refuse(name, f"{value!r} must be written out, without ~")
    path = BASE_DIR / value
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(name, f"cannot make the folder {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise refuse(name, f"the folder {path} is not writable")
    return path


def env_host(name: str, default: str) -> str:
    value = env_text(name, default)
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", value):
        raise refuse(name, f"{value!r} is not a host name or an address")
    return value


def env_hosts(name: str) -> list[str]:
    """Host names separated by commas, as browsers send them: no scheme, no port, no path."""
    hosts = [host.strip() for host in env_text(name).split(",") if host.strip()]
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise refuse(name, f"{host!r} is not a host name (write it without scheme, port and path)")
    return hosts


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks like 10.0.0.0/8 or single addresses, separated by commas."""
    networks = []
    for text in filter(None, map(str.strip, env_text(name).split(","))):
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise refuse(name, f"{text!r} is not an address or a network like 10.0.0.0/8") from error
    return networks


def env_email(name: str, value: str = "") -> str:
    value = value or env_text(name)
    if value and not re.fullmatch(r"[^@\s<>\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise refuse(name, f"{value!r} is not an e-mail address")
    return value


def env_emails(name: str) -> list[str]:
    """E-mail addresses separated by commas."""
    return [env_email(name, text) for text in map(str.strip, env_text(name).split(",")) if text]


def env_url(name: str, schemes: tuple[str, ...], example: str) -> str:
    """An address with one of the schemes that can be taken apart, or "" when it is not set."""
    value = env_text(name)
    if not value:
        return ""
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise refuse(name, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    # The value is not repeated: it may hold a password.
    bad = refuse(name, f"cannot be read; write it like {example}, and % as %25")
    if re.search(r"\s|%(?![0-9A-Fa-f]{2})", value):
        raise bad
    try:
        _ = urlsplit(value).port
    except ValueError as error:
        raise bad from error
    return value


def env_site_url(name: str) -> str:
    """The public address of the site as browsers send it, without a path, or "" when it is not set."""
    value = env_url(name, ("https", "http"), "https://news.example.jp").rstrip("/")
    if value and not re.fullmatch(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?", value):
        raise refuse(name, f"{value!r} is not like https://news.example.jp (no path, 日本.jp as xn--wgv71a.jp)")
    return value


def env_database(name: str, default: Path, threads: int) -> dict:
    example = "postgres://user:password@host:5432/name"
    url = env_url(name, ("postgres", "postgresql", "sqlite"), example)
    if not url:
        return sqlite(str(default))
    if url.startswith("sqlite:"):
        path = unquote(urlsplit(url).path)
        # One in memory could not be shared by the workers; a relative one would depend on who starts it.
        if urlsplit(url).netloc or not path.startswith("//"):
            raise refuse(name, "needs the whole path of a file, after four strokes: sqlite:////srv/news/site.sqlite3")
        return sqlite(path[1:])
    database = environ.Env.db_url_config(url)
    if not database["NAME"]:
        raise refuse(name, f"names no database; write it like {example}")
    # Fewer connections than threads would leave threads waiting for each other.
    pool = {"min_size": 1, "max_size": threads + 1, "timeout": 10}
    # Only the statements that every reader or writer sends are prepared (comments/models/statements.py): at once, and
    # planned once for each connection. None of them is better planned for its values, which costs more than they do.
    options = {"connect_timeout": 10, "prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
    options |= {**database.get("OPTIONS", {}), "pool": pool}
    return database | {"OPTIONS": options, "CONN_MAX_AGE": 0}


def sqlite(path: str) -> dict:
    # IMMEDIATE: a transaction takes the write lock at its first statement. With
    # SQLite's default eight writers at once see "database is locked" nine times in ten.
    options = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}


def env_cache(name: str) -> dict:
    example = "redis://host:6379/0"
    url = env_url(name, ("redis", "rediss"), example)
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    # redis-py takes a database that is no number for 0 and says nothing.
    if not urlsplit(url).hostname or not re.fullmatch(r"/?[0-9]*", urlsplit(url).path):
        raise refuse(name, f"cannot be read; write it like {example}")
    return environ.Env.cache_url_config(url)


def env_mail_server(name: str) -> dict:
    """The server that takes our mail; without one, mail goes nowhere."""
    example = "smtp+tls://user:password@mail.example.jp:587"
    url = env_url(name, tuple(MAIL_PORTS), example)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    # What follows the host would be taken for settings of Django.
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise refuse(name, f"cannot be read; write it like {example}")
    server = environ.Env.email_url_config(url)
    del server["EMAIL_FILE_PATH"]
    return server | {"EMAIL_PORT": server["EMAIL_PORT"] or MAIL_PORTS[parts.scheme]}


def env_secrets(name: str, file: Path) -> list[str]:
    """Keys separated by spaces, the one in use first, else the lines of `file`, which is made on the first start."""
    keys = env_text(name).split()
    if any(len(key) < 32 for key in keys):
        raise refuse(name, "is too short; use at least 32 characters that nobody can guess")
    if keys:
        return keys
    try:
        if not file.exists():
            make_secret(file)
        keys = file.read_text().split()
    except (OSError, ValueError) as error:
        raise refuse(name, f"the file {file} cannot be made or read ({error})") from error
    if not keys or any(len(key) < 32 for key in keys):
        raise refuse(name, f"the file {file} holds no key; remove it and start again")
    return keys


def make_secret(file: Path) -> None:
    # Written beside its place and then linked into it: of two processes that start
    # together one wins, and nobody reads a file that is still empty.
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
        text.write(secrets.token_urlsafe(64))
    try:
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        new.unlink()


# Where it runs

DEBUG = False
HOST = env_host("HOST", "127.0.0.1")
PORT = env_int("PORT", 8000, 1, 65_535)
WEB_CONCURRENCY = env_int("WEB_CONCURRENCY", 2, 1, 256)
WEB_THREADS = env_int("WEB_THREADS", 4, 1, 256)
VAR_DIR = env_dir("VAR_DIR", "var")
SECRET_KEY, *SECRET_KEY_FALLBACKS = env_secrets("SECRET_KEY", VAR_DIR / "secret_key")
DATABASES = {"default": env_database("DATABASE_URL", VAR_DIR / "kawaraban.sqlite3", WEB_THREADS)}
CACHES = {"default": env_cache("CACHE_URL")}
# Of memory in each process, for pages as they go out (config/page_cache.py). 0: every page is made for every reader.
PAGE_CACHE_BYTES = env_int("PAGE_CACHE_MB", 32, 0, 10_000) * 1_000_000

# Whether an empty database is filled with the example articles.
DEMO_SITE = env_flag("DEMO_SITE", "yes")

# What it is called

SITE_NAME = env_text("SITE_NAME", "瓦版")
SITE_URL = env_site_url("SITE_URL")
LANGUAGE_CODE = env_choice("SITE_LANGUAGE", "ja", {"ja", "en"})
TIME_ZONE = env_choice("TIME_ZONE", "Asia/Tokyo", available_timezones())
ALLOWED_HOSTS = env_hosts("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]", HOST]
if SITE_URL:
    ALLOWED_HOSTS.append(re.sub(r"^https?://|:[0-9]+$", "", SITE_URL))

# TLS ends at a proxy; it is known to be there by the address of the site.

HAS_TLS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HAS_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HAS_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if HAS_TLS else 0
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# No page may run or load anything that does not come from this site. The nonce
# is part of the policy only of pages that ask for one, which the editor's does.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The player of a video, which only a reader's click puts into the page (static/js/embeds.js).
        "frame-src": ["https://www.youtube-nocookie.com"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Who readers are to it (comments/identity.py) and what they may do

IDENTITY_KEYS = env_secrets("IDENTITY_KEYS", VAR_DIR / "identity_keys")
# Only these may say in X-Forwarded-For for whom they ask.
TRUSTED_PROXIES = env_networks("TRUSTED_PROXIES")
# 0: no address is stored at all.
ADDRESS_RETENTION = timedelta(days=env_int("ADDRESS_RETENTION_DAYS", 90, 0, 3650))
CONTACT_EMAIL = env_email("CONTACT_EMAIL")
# What is sent sooner after its form was made is held: people take longer. 0: it is not.
MIN_FORM_SECONDS = env_int("MIN_FORM_SECONDS", 2, 0, 60)
# With a key, comments that nothing else holds are shown to the service.
AKISMET_KEY = env_text("AKISMET_KEY")
DOWN_VOTES = env_flag("DOWN_VOTES", "no")
PUBLIC_IDS = env_flag("PUBLIC_IDS", "yes")
TRIPS = env_flag("TRIPS", "yes")
STAFF_MARKS = env_flag("STAFF_MARKS", "yes")
# Whether the feeds hold whole articles or only their leads.
FEED_FULL_TEXT = env_flag("FEED_FULL_TEXT", "no")

# How the owner hears of what waits for a decision

NOTICE_EMAILS = env_emails("NOTICE_EMAILS")
NOTICE_WEBHOOK_URL = env_url("NOTICE_WEBHOOK_URL", ("https", "http"), "https://hooks.example.com/services/T/B/x")
if NOTICE_WEBHOOK_URL and not urlsplit(NOTICE_WEBHOOK_URL).hostname:
    raise refuse("NOTICE_WEBHOOK_URL", "names no host")
vars().update(env_mail_server("EMAIL_URL"))
if NOTICE_EMAILS and not env_text("EMAIL_URL"):
    raise refuse("NOTICE_EMAILS", "needs EMAIL_URL, the server that takes the mail")
DEFAULT_FROM_EMAIL = env_email("MAIL_FROM") or next(iter(NOTICE_EMAILS), "kawaraban@localhost")
# Seconds. Only `tick` ever waits for the server.
EMAIL_TIMEOUT = 20

# The application

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "comments",
    "articles",
    "mptt",
    "django_prose_editor",
    "simple_history",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.redirects",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
# The constraint that SQLite cannot have is an alarm; there BEGIN IMMEDIATE is the lock.
SILENCED_SYSTEM_CHECKS = ["models.W038"]
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    # Before everything: what it has needs nothing of the rest.
    "config.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressionMiddleware",
    "config.csp.ContentSecurityPolicyMiddleware",
    # Before whatever may answer with a page.
    "config.language.LanguageMiddleware",
    "config.bad_input.BadInputMiddleware",
    "config.errors.NotFoundMiddleware",
    "articles.old_addresses.OldAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.cross_origin.CrossOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.errors.MethodNotAllowedMiddleware",
    "axes.middleware.AxesMiddleware",
    # Who made a revision.
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Ten wrong passwords for one name from one address close the door for an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "comments.identity.address_of"
AXES_LOCKOUT_TEMPLATE = "429.html"
# The log would keep the address of every sign-in for ever.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

USE_TZ = True
USE_I18N = True
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The others would only double the time that compressing takes.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedStaticFiles"},
}

# A comment is a few kilobytes; an article with its source in the admin is larger.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A stranger's bad Host header or oversized form is answered; it is no news for the owner.
    "loggers": {
        f"django.security.{name}": {"handlers": ["nowhere"], "propagate": False}
        for name in ("DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent")
    },
}
