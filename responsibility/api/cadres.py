"""Cadres and the ledger of changes under /api/v1/, to read."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.kit.middleware import client_address

from ..filters.cadres import CadreConditions, CadreFilter
from ..filters.changes import ChangeConditions, ChangeFilter
from ..queries.cadres import cadre_get, cadres_visible
from ..queries.cadres import with_columns as cadre_columns
from ..queries.changes import changes_visible
from ..queries.changes import with_columns as change_columns
from ..serializers.cadres import CadreDetailSerializer, CadreSerializer, ChangeLineSerializer
from ..services.cadres import cadre_phones_reveal


def parameters(filterset):
    """The page's filters as parameters of the schema."""
    return [
        OpenApiParameter(
            name,
            str,
            description=str(field.label),
            enum=[value for value, _ in field.extra.get("choices", [])] or None,
            many=name in ("level", "kind"),
        )
        for name, field in filterset.base_filters.items()
    ]


@extend_schema(tags=["干部"])
class CadreViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = CadreSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_cadre",)

    def get_queryset(self):
        return cadres_visible(user=self.request.user)

    @extend_schema(
        summary="包保干部",
        description="筛选条件与干部页面相同；不给 view 时只含在岗干部。按编号翻页。",
        parameters=parameters(CadreFilter),
    )
    def list(self, request):
        conditions = CadreConditions(request.query_params, user=request.user)
        if not conditions.is_valid:
            raise ValidationError(conditions.form.errors)
        page = self.paginate_queryset(cadre_columns(conditions.found()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一位干部", responses=CadreDetailSerializer)
    def retrieve(self, request, pk):
        user, phones = request.user, None
        cadre = found_or_404(cadre_get(user=user, pk=pk))
        if user.has_perm("jurisdiction.view_full_phone") and (cadre.phone or cadre.liaison_phone):
            phones = cadre_phones_reveal(actor=user, cadre=cadre, address=client_address(request))
        context = self.get_serializer_context() | {"full_phones": phones}
        return Response(CadreDetailSerializer(cadre, context=context).data)


@extend_schema(tags=["干部"])
class ChangeViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = ChangeLineSerializer
    filter_backends = ()
    rights = ("responsibility.view_change",)

    def get_queryset(self):
        return changes_visible(user=self.request.user)

    @extend_schema(
        summary="变更台账",
        description="干部、主体和包保的变更，按编号翻页；筛选条件与变更台账页面相同。",
        parameters=parameters(ChangeFilter),
    )
    def list(self, request):
        conditions = ChangeConditions(
            request.query_params, user=request.user, on=timezone.localdate()
        )
        if not conditions.is_valid:
            raise ValidationError(conditions.form.errors)
        page = self.paginate_queryset(change_columns(conditions.found()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
