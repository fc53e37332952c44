"""督查 rounds, findings and campaigns under /api/v1/, to read."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from ..queries.campaigns import campaigns_visible
from ..queries.check_parts import findings_in
from ..queries.checks import round_get, round_whole, rounds_in, with_columns
from ..serializers.checks import (
    CampaignSerializer,
    CheckFindingSerializer,
    CheckQuery,
    CheckRoundDetailSerializer,
    CheckRoundSerializer,
    FindingQuery,
)
from .shared import HandRights


@extend_schema(tags=["督查"])
class CheckRoundViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = CheckRoundSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("inspections.view_checkround",)

    def get_queryset(self):
        return rounds_in(user=self.request.user, on=timezone.localdate())

    @extend_schema(summary="督查轮次", description="按编号翻页。", parameters=[CheckQuery])
    def list(self, request):
        query = CheckQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = dict(query.validated_data)
        wanted["year"] = str(wanted.get("year", ""))
        found = rounds_in(user=request.user, on=timezone.localdate(), **wanted)
        page = self.paginate_queryset(with_columns(found))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="一轮督查",
        description="含抽样层、逐项结果和抽中的名单；用种子和方法可以重抽。",
        responses=CheckRoundDetailSerializer,
    )
    def retrieve(self, request, pk):
        row = round_whole(check_round=found_or_404(round_get(user=request.user, pk=pk)))
        return Response(CheckRoundDetailSerializer(row, context=self.get_serializer_context()).data)


@extend_schema(tags=["督查"])
class CheckFindingViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = CheckFindingSerializer
    filter_backends = ()
    rights = ("inspections.view_checkround",)

    def get_queryset(self):
        return findings_in(user=self.request.user)

    @extend_schema(
        summary="督查问题", description="反馈书已发出的，按编号翻页。", parameters=[FindingQuery]
    )
    def list(self, request):
        query = FindingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(findings_in(user=request.user, **query.validated_data))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


@extend_schema(tags=["督查"])
class CampaignViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = CampaignSerializer
    filter_backends = ()
    # who visits chooses among them
    any_of = ("inspections.view_campaign", "inspections.make_visit")

    def get_queryset(self):
        return campaigns_visible()

    @extend_schema(summary="专项", description="在用的可以写进督导的 campaigns；按编号翻页。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
