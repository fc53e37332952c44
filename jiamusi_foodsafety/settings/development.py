"""A developer's machine: embedded PostgreSQL and Valkey (started by manage.py), plain HTTP on loopback."""

import os

os.environ.setdefault("SECRET_KEY", "development-only-never-in-production-7f3a0912c4d5e6f8a9b0")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("INSECURE_HTTP", "1")

from .base import *
from .base import STORAGES, env

DEBUG = env.bool("DEBUG", False)
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # files are served from where they lie
WHITENOISE_AUTOREFRESH = DEBUG
