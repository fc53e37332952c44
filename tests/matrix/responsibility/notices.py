from responsibility.models import Notification
from tests.matrix import EVERYBODY, Row


def message(world, where):
    """A line of nobody in the cast: it is there for its owner alone."""
    return [Notification.objects.create(user=world.people["nobody"], key="k", text="一条").pk]


ROWS = {
    "responsibility:notification-list": Row(near=EVERYBODY),
    "responsibility:notification-read-all": [
        Row(near=EVERYBODY, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "responsibility:notification-open": [
        Row(near=frozenset({"nobody"}), args=message, method="post", status=302, denied=404),
        Row(near=frozenset(), args=message, status=405, denied=405),
    ],
}
