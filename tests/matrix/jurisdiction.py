from . import EVERYBODY, Row

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
    "healthz": Row(near=EVERYBODY, anonymous=200),
}
EXEMPT = {}
