#!/usr/bin/env python
"""Runs management commands; in development on embedded PostgreSQL and Valkey by itself."""

import os
import sys

# They neither read nor write data, so no server is started for them.
WITHOUT_SERVICES = {
    "assets", "bench", "collectstatic", "compilemessages", "demo_reset", "help", "makemessages",
    "services", "spectacular", "version", "--help", "-h", "--version",
}  # fmt: skip


def start_services(command: str) -> None:
    """Set DATABASE_URL and REDIS_URL to the embedded servers, starting them where needed."""
    from jiamusi_foodsafety.kit.addresses import data_dir
    from jiamusi_foodsafety.kit.services import ServicesError, ensure_services, known_addresses

    try:
        run = known_addresses if command in WITHOUT_SERVICES else ensure_services
        addresses = run(data_dir())
    except ServicesError as error:
        sys.exit(str(error))
    os.environ.setdefault("DATABASE_URL", addresses["database_url"])
    os.environ.setdefault("REDIS_URL", addresses["redis_url"])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiamusi_foodsafety.settings.development")
    production = os.environ["DJANGO_SETTINGS_MODULE"].endswith((".base", ".settings"))
    given = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if not production and not given:
        start_services(sys.argv[1] if len(sys.argv) > 1 else "help")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
