from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.services import api_key_create
from tests.factories import UserFactory

from . import EVERYBODY, STAFF, Row


def _foreign_key(world, where):
    """Somebody else's key: nobody but its owner may stop it, and nobody learns that it exists."""
    token, _ = api_key_create(user=UserFactory(), label="别人的", at=timezone.now())
    return [token.pk]


ROWS = {
    "home": Row(near=EVERYBODY, status=302),
    "todo": Row(near=EVERYBODY),
    "account": Row(near=EVERYBODY),
    "login": Row(near=EVERYBODY, status=302, anonymous=200),
    "logout": [
        Row(near=EVERYBODY, status=405, anonymous=405),
        Row(near=EVERYBODY, method="post", status=302),
    ],
    "password_change": Row(near=EVERYBODY),
    "session-prolong": [
        Row(near=EVERYBODY, status=405),
        Row(near=EVERYBODY, method="post"),
    ],
    "api-key-create": [
        Row(near=STAFF, method="post", data={"label": "对接"}),
        Row(near=STAFF, status=405),
    ],
    "api-key-revoke": Row(near=EVERYBODY, method="post", status=404, args=_foreign_key),
    "text-size": Row(near=EVERYBODY, method="post", data={"big": "1"}, status=302),
    "healthz": Row(near=EVERYBODY, anonymous=200),
}
EXEMPT = {}
