"""`make demo`: development settings with the demonstration accounts allowed (loopback only)."""

from .development import *

DEMO = True
# The printed demonstration accounts keep their passwords.
PASSWORD_MAX_AGE_DAYS = 0
