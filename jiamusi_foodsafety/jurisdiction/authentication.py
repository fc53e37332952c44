"""API keys."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled

from jiamusi_foodsafety.kit.limits import wait_of
from jiamusi_foodsafety.kit.middleware import client_address

from .queries import api_token_of

TRIES_PER_MINUTE = 20


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <key>`; the key's SHA-256 is looked up. Wrong keys are counted by address."""

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("接口密钥的写法应为：Authorization: Token 密钥。")
        counter = f"token:{client_address(request)}"
        wait = wait_of(counter, limit=TRIES_PER_MINUTE, seconds=60, count=False)
        if wait:
            raise Throttled(wait)
        token = api_token_of(key=parts[1].decode(errors="replace"), at=timezone.now())
        if token is None:
            wait_of(counter, limit=TRIES_PER_MINUTE, seconds=60)
            raise AuthenticationFailed("接口密钥不对，或已到期、停用。")
        return token.user, token

    def authenticate_header(self, request):
        return "Token"
