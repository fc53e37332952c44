"""Progress and daily reports under /api/v1/."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from .queries import home_place, place_of, progress_data, progress_of, report_page
from .queries.indicators.told import indicator_data
from .queries.reports import reports_visible
from .rules import day_of
from .serializers import (
    IndicatorsSerializer,
    ProgressQuery,
    ProgressSerializer,
    ReportDetailSerializer,
    ReportSerializer,
)


@extend_schema(tags=["进度"])
class ProgressView(APIView):
    permission_classes = (HasRights,)
    rights = ("reports.view_dashboard",)

    @extend_schema(
        summary="分级进度",
        description="一个区划和它的下级，与驾驶舱同一组数字；合计率 = Σ分子/Σ分母。",
        parameters=[ProgressQuery],
        responses=ProgressSerializer,
    )
    def get(self, request):
        query = ProgressQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        code = query.validated_data.get("area")
        user = request.user
        place = found_or_404(place_of(user=user, code=code) if code else home_place(user=user))
        page = progress_of(user=user, place=place, at=timezone.localtime())
        return Response(progress_data(page))


@extend_schema(tags=["进度"])
class IndicatorsView(APIView):
    permission_classes = (HasRights,)
    rights = ("reports.view_dashboard",)

    @extend_schema(
        summary="指标",
        description="全部指标在一个区划和它下级的值，与指标页同一组数字；合计率 = Σ分子/Σ分母。",
        parameters=[ProgressQuery],
        responses=IndicatorsSerializer,
    )
    def get(self, request):
        query = ProgressQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        code, user, now = query.validated_data.get("area"), request.user, timezone.localtime()
        place = found_or_404(place_of(user=user, code=code) if code else home_place(user=user))
        data = indicator_data(user=user, place=place, on=day_of(now))
        return Response({"as_of": now.isoformat(timespec="seconds"), **data})


class NewestFirst(KeyPagination):
    ordering = ("-date", "-pk")


@extend_schema(tags=["日报"])
class DailyReportViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = NewestFirst
    serializer_class = ReportSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("reports.view_dailyreport",)

    def get_queryset(self):
        return reports_visible(user=self.request.user)

    @extend_schema(summary="日报", description="新的在前。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="一期日报",
        description="冻结的数字；只含本人属地的县(市、区)，名次在全市范围内排。",
        responses=ReportDetailSerializer,
    )
    def retrieve(self, request, pk):
        page = found_or_404(report_page(user=request.user, pk=pk))
        report = page.report
        report.is_whole, report.total, report.rows = page.is_whole, page.total, page.rows
        context = self.get_serializer_context()
        return Response(ReportDetailSerializer(report, context=context).data)
