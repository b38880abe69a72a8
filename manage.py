#!/usr/bin/env python3
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Read first, because Django itself swallows the error for some commands.
        import config.settings  # noqa: F401
    except ImproperlyConfigured as error:
        sys.exit(f"kawaraban: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
