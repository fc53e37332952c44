"""The tests: real PostgreSQL and Valkey, quick password hashing, strict templates."""

import os
import sys

# Where nobody may keep compiled modules (containers), every worker and every child process compiles all
# of them again: half of its start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from jiamusi_foodsafety.kit.addresses import data_dir, redis_with_database  # noqa: E402
from jiamusi_foodsafety.kit.services import ensure_services  # noqa: E402

# Each parallel worker has a numbered Redis database of its own (and, by pytest-django, a database).
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
    EMBEDDED = ensure_services(data_dir() / "test", volatile=True)
    os.environ.setdefault("DATABASE_URL", EMBEDDED["database_url"])
    os.environ.setdefault("REDIS_URL", EMBEDDED["redis_url"])

os.environ.setdefault("SECRET_KEY", "tests-only-tests-only-tests-only-tests-only")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("INSECURE_HTTP", "1")

from .base import *  # noqa: E402
from .base import CACHES, REDIS_URL, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Look for a file when it is asked for: every test client is a server of its own, and listing all files
# at each start took most of the suite's time.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None  # files are served from where they lie
CELERY_BROKER_URL = redis_with_database(REDIS_URL, 2 * WORKER)
CACHES["default"]["LOCATION"] = redis_with_database(REDIS_URL, 2 * WORKER + 1)
