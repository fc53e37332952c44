"""In-site notifications: the lines under the bell."""

from collections.abc import Iterable

from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Notification

MOST_TEXT = 200
MOST_URL = 300


def is_own_page(url: str) -> bool:
    """Whether an address leads to a page of ours: a path, no other host, no other scheme."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def notify(*, users: Iterable, key: str, text: str, url: str = "") -> int:
    """Tell each of the users (accounts or their keys) once: a second call with the same `key` tells
    nobody again. One INSERT, whatever the number. `url` is a page of ours, else it is left out. Gives
    the number of accounts meant, those told before included."""
    meant = sorted({getattr(user, "pk", user) for user in users})
    notify_each(lines=[(pk, key, text, url) for pk in meant])
    return len(meant)


def notify_each(*, lines: Iterable[tuple[int, str, str, str]]) -> None:
    """Tell many people many things: (account, key, text, page), each account each key once. One INSERT,
    whatever the number."""
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=pk,
                key=key[:80],
                text=text[:MOST_TEXT],
                url=url if is_own_page(url) and len(url) <= MOST_URL else "",
            )
            for pk, key, text, url in lines
        ],
        ignore_conflicts=True,
    )


def notification_open(*, user, pk: int, at) -> str | None:
    """Mark one of the user's own lines read and give the page it leads to ("" for none); None where the
    user has no such line."""
    found = Notification.objects.filter(user=user, pk=pk)
    url = found.values_list("url", flat=True).first()
    if url is None:
        return None
    found.filter(read_at=None).update(read_at=at)
    return url if is_own_page(url) else ""


def notifications_read(*, user, at) -> int:
    """Mark all the user's own lines read; the number that were not."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)
