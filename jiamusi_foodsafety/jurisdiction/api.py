"""What every part of /api/v1/ shares (rights, paging by key, the caller's address), and the areas."""

from django.core.exceptions import ValidationError as BadValue
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from .queries import areas_visible
from .serializers import AreaQuery, AreaSerializer


class HasRights(IsAuthenticated):
    """Logged in (key or session), entitled to the API, and holding every right that the act asks for:
    `rights` of the view, a tuple for all acts or a dict by act."""

    message = "您的账号不能办理这一项。"

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        rights = getattr(view, "rights", ())
        if isinstance(rights, dict):
            # An act without a row (an unknown method) gets its 405 from the view.
            rights = rights.get(view.action, ()) if view.action else ()
        return request.user.has_perms(("jurisdiction.use_api", *rights))


class KeyPagination(CursorPagination):
    """Pages by key: a list of a million costs per page what a list of fifty does."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "size"
    cursor_query_param = "after"
    ordering = "pk"
    page_size_query_description = "每页条数，最多 500"
    cursor_query_description = "翻页位置，取自上一次回答的 next"
    invalid_cursor_message = "翻页位置不对，请从第一页重新取。"

    def paginate_queryset(self, queryset, request, view=None):
        """A place that somebody made up (no number, no day) is told like one that cannot be decoded."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, BadValue) as error:
            raise NotFound(self.invalid_cursor_message) from error


class KeyScheme(OpenApiAuthenticationExtension):
    """How the key is described in the schema."""

    target_class = "jiamusi_foodsafety.jurisdiction.authentication.TokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Authorization: Token 密钥（在“我的账号”里建立）",
        }


CODE = OpenApiParameter(
    "code", str, OpenApiParameter.PATH, description="区划代码（4、6、9 或 12 位）"
)


@extend_schema(tags=["区划"])
class AreaViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = AreaSerializer
    filter_backends = ()
    lookup_field = "code"

    def get_queryset(self):
        return areas_visible(user=self.request.user)

    def _area(self, code):
        # A code is letters and digits; anything else (NUL, which the database refuses) is none.
        found = self.get_queryset().filter(pk=code if code.isalnum() else "")
        return found_or_404(found.first())

    @extend_schema(
        summary="区划", description="本人属地内在用的区划，按代码。", parameters=[AreaQuery]
    )
    def list(self, request):
        query = AreaQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.get_queryset().filter(**query.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一个区划", parameters=[CODE])
    def retrieve(self, request, code):
        return Response(self.get_serializer(self._area(code)).data)

    @extend_schema(summary="下级区划", parameters=[CODE], responses=AreaSerializer(many=True))
    def children(self, request, code):
        area = self._area(code)
        page = self.paginate_queryset(self.get_queryset().filter(parent=area))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def found_or_404(row):
    """What a query gave, or 404: out of scope and unknown look alike."""
    if row is None:
        raise Http404
    return row
