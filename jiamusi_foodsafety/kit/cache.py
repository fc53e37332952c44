"""A cache whose loss costs speed, never a page."""

import logging

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def _forgiving(name, fallback):
    def method(self, *args, **kwargs):
        try:
            return getattr(super(ForgivingRedisCache, self), name)(*args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("cache unavailable: %s", type(error).__name__)
            return fallback(args, kwargs)

    method.__name__ = name
    return method


def _default(args, kwargs):
    return kwargs.get("default", args[1] if len(args) > 1 else None)


class ForgivingRedisCache(RedisCache):
    """Redis cache that behaves as empty when Redis is down."""

    get = _forgiving("get", _default)
    set = _forgiving("set", lambda *_: None)
    add = _forgiving("add", lambda *_: True)
    incr = _forgiving("incr", lambda *_: 1)
    decr = _forgiving("decr", lambda *_: 0)
    touch = _forgiving("touch", lambda *_: False)
    delete = _forgiving("delete", lambda *_: False)
    get_many = _forgiving("get_many", lambda *_: {})
    set_many = _forgiving("set_many", lambda *_: [])
    delete_many = _forgiving("delete_many", lambda *_: None)
    has_key = _forgiving("has_key", lambda *_: False)
    clear = _forgiving("clear", lambda *_: False)
