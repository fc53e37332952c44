"""API keys."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from .models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <key>`; the key's SHA-256 is looked up."""

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"token":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("接口密钥的写法应为：Authorization: Token 密钥。")
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("user")
            .filter(
                digest=ApiToken.digest_of(parts[1].decode(errors="replace")),
                revoked_at=None,
                expires_at__gt=now,
                user__is_active=True,
            )
            .first()
        )
        if token is None:
            raise AuthenticationFailed("接口密钥不对，或已到期、停用。")
        return token.user, token

    def authenticate_header(self, request):
        return "Token"
