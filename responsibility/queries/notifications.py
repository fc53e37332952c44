"""What stands under the bell of one person."""

from ..models import Notification

PER_PAGE = 50


def notifications(*, user, unread: bool = False, after: int = 0) -> tuple[list[Notification], int]:
    """The user's own lines, newest first, by key; and the key to go on with (0: these were the last)."""
    found = Notification.objects.filter(user=user)
    if unread:
        found = found.filter(read_at=None)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: PER_PAGE + 1])
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else 0


def unread(*, user):
    """The user's own lines that he has not opened yet."""
    return Notification.objects.filter(user=user, read_at=None)
