"""Rate limits that hold across processes: counters in the shared cache."""

import math
import time

from django.core.cache import cache


def wait_of(key: str, *, limit: int, seconds: int, count: bool = True) -> int:
    """Count one call under `key` (or only look, with `count=False`): 0 while there were fewer than `limit`
    in the last `seconds`, else the seconds to wait.

    A sliding window out of two fixed ones: the previous window counts by the share of it that still
    lies within the last `seconds`. Refused calls are not counted, so that nobody is kept out for
    longer by knocking. With the cache down nobody is refused.
    """
    now = time.time()
    window, passed = int(now // seconds), now % seconds
    current, previous = f"rate:{key}:{window}", f"rate:{key}:{window - 1}"
    before = cache.get(previous, 0) * (1 - passed / seconds)
    if count:
        cache.add(current, 0, timeout=2 * seconds)
        calls = cache.incr(current)
    else:
        calls = cache.get(current, 0) + 1
    if before + calls <= limit:
        return 0
    if count:
        cache.decr(current)
    return math.ceil(seconds - passed) if calls > limit else max(1, math.ceil(seconds / 10))
