"""The Celery application; settings are Django's, names with CELERY_ in front."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiamusi_foodsafety.settings.base")

app = Celery("jiamusi_foodsafety")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
