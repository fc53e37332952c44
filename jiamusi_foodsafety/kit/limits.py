"""Rate limits that hold across processes: counters in the shared cache."""

import math
import time

from django.core.cache import cache


def wait_of(key: str, *, limit: int, seconds: int, cost: int = 1) -> int:
    """Count one call under `key`; 0 when it is within `limit` in `seconds`, else the seconds to wait.

    A sliding window out of two fixed ones: the previous window counts by the share of it that still
    lies within the last `seconds`. Refused calls are not counted, so that nobody is locked out for
    longer by knocking. With the cache down everything is allowed.
    """
    now = time.time()
    window = int(now // seconds)
    share = 1 - (now % seconds) / seconds
    current, previous = f"rate:{key}:{window}", f"rate:{key}:{window - 1}"
    before = cache.get(previous, 0) * share
    cache.add(current, 0, timeout=2 * seconds)
    count = cache.incr(current, cost) if cost else cache.get(current, 0)
    if before + count <= limit:
        return 0
    if cost:
        cache.decr(current, cost)
    return max(1, math.ceil(seconds * share)) if count > limit else max(1, math.ceil(seconds / 10))
