"""两员与日周月 under /api/v1/: compliance to read; people to read and to register."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import KeyPagination, found_or_404
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ..filters.safety import SafetyConditions, SafetyFilter
from ..queries.safety import (
    compliance_get,
    may_add,
    people_visible,
    person_get,
    with_columns,
)
from ..serializers.safety import (
    ComplianceSerializer,
    NewSafetyPersonSerializer,
    SafetyPersonSerializer,
)
from ..services.safety import person_add
from .shared import HandRights


def parameters(filterset):
    """The page's filters as parameters of the schema."""
    return [
        OpenApiParameter(name, str, description=str(field.label), many=name == "category")
        for name, field in filterset.base_filters.items()
    ]


@extend_schema(tags=["两员与日周月"])
class ComplianceViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = ComplianceSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("inspections.view_entitycompliance",)

    def get_queryset(self):
        return SafetyConditions({}, user=self.request.user).found()

    @extend_schema(
        summary="企业主体责任",
        description="应包主体的两员配备与日周月；筛选条件与页面相同，按主体编号翻页。",
        parameters=parameters(SafetyFilter),
    )
    def list(self, request):
        conditions = SafetyConditions(request.query_params, user=request.user)
        if not conditions.is_valid:
            raise ValidationError(conditions.form.errors)
        rows = with_columns(conditions.found(), on=timezone.localdate())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一家主体的企业主体责任")
    def retrieve(self, request, pk):
        row = found_or_404(compliance_get(user=request.user, pk=pk))
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["两员与日周月"])
class SafetyPersonViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = SafetyPersonSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"

    rights = {
        "list": ("inspections.view_safetyperson",),
        "retrieve": ("inspections.view_safetyperson",),
        "create": ("inspections.view_safetyperson", "inspections.add_safety"),
    }

    def get_queryset(self):
        return people_visible(user=self.request.user)

    @extend_schema(
        summary="两员",
        description="在任的总监、安全员和主要负责人，按编号翻页。",
        parameters=[
            OpenApiParameter("entity", int, description="主体编号"),
            OpenApiParameter("area", str, description="属地代码"),
        ],
    )
    def list(self, request):
        entity = request.query_params.get("entity", "")
        area = request.query_params.get("area", "").strip()
        if entity and not (entity.isdecimal() and len(entity) < 19):
            raise ValidationError({"entity": ["请填主体编号。"]})
        rows = people_visible(user=request.user, entity=int(entity) if entity else None, area=area)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一位人员")
    def retrieve(self, request, pk):
        person = found_or_404(person_get(user=request.user, pk=pk))
        return Response(self.get_serializer(person).data)

    @extend_schema(
        summary="登记人员",
        request=NewSafetyPersonSerializer,
        responses={201: SafetyPersonSerializer},
    )
    def create(self, request):
        told = NewSafetyPersonSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        values = dict(told.validated_data)
        row = compliance_get(user=request.user, pk=values.pop("entity"))
        if row is None or not may_add(user=request.user, entity=row.entity):
            raise NotFound
        try:
            person = person_add(
                actor=request.user,
                entity=row.entity,
                values=values,
                address=client_address(request),
            )
        except DomainError as error:
            raise ValidationError({"detail": [error.message]}) from error
        return Response(self.get_serializer(person).data, status=status.HTTP_201_CREATED)
