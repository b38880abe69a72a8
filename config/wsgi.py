import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()

# What is imported from here on needs the applications to be loaded.
from config.page_cache import PageCache  # noqa: E402

application = PageCache(django)
