"""/healthz: is the system well, for the operator's monitor. No secret, no path, no name."""

import shutil
import time

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from entities.models import WorkerPulse

PULSE_SECONDS = 120
LEAST_FREE_BYTES = 500 * 1024 * 1024


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _broker():
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, **settings.REDIS_TIMEOUTS)
    try:
        return {"ok": bool(client.ping())}
    except (redis.RedisError, OSError):
        return {"ok": False}
    finally:
        client.close()


def _worker():
    seen = WorkerPulse.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    age = None if seen is None else round((timezone.now() - seen).total_seconds())
    return {"ok": age is not None and age <= PULSE_SECONDS, "seconds": age}


def _disk():
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return {"ok": False, "free_mb": None}
    return {"ok": free >= LEAST_FREE_BYTES, "free_mb": free // 1024**2}


def _backup():
    """Told, not judged: a fresh installation has none yet."""
    times = [item.stat().st_mtime for item in settings.BACKUP_DIR.glob("*.tar")]
    return {"hours": round((time.time() - max(times)) / 3600, 1) if times else None}


@login_not_required
@require_GET
@never_cache
def healthz(request):
    """200 while pages can be served, 503 without database or disk. `?strict=1`: 503 also without
    broker or worker (then pages still work and uploads wait)."""
    report = {"broker": _broker(), "disk": _disk(), "backup": _backup()}
    try:
        report |= {"database": _database(), "worker": _worker()}
    except Error:
        report |= {"database": {"ok": False}, "worker": {"ok": False, "seconds": None}}
    is_serving = report["database"]["ok"] and report["disk"]["ok"]
    is_well = is_serving and report["broker"]["ok"] and report["worker"]["ok"]
    status = "ok" if is_well else "degraded" if is_serving else "down"
    good = is_well if request.GET.get("strict") else is_serving
    return JsonResponse({"status": status, **report}, status=200 if good else 503)
