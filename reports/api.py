"""Progress and daily reports under /api/v1/."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.kit.middleware import client_address

from .documents.shown import corrections_of
from .queries import home_place, place_of, progress_data, progress_of, report_page
from .queries.indicators.told import indicator_data
from .queries.reports import report_of, reports_visible, with_reviews
from .rules import day_of
from .serializers import (
    IndicatorsSerializer,
    LineConfirmRequest,
    LineReturnRequest,
    ProgressQuery,
    ProgressSerializer,
    ReportDetailSerializer,
    ReportSerializer,
)
from .services.reviewing import review_confirm, review_return

CONFLICT = OpenApiResponse(description="这一步与日报现在的状态不符，没有办理")


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
    rights = {
        "list": ("reports.view_dailyreport",),
        "retrieve": ("reports.view_dailyreport",),
        "confirm": ("reports.confirm_dailyreport",),
        "send_back": ("reports.confirm_dailyreport",),
    }

    def get_queryset(self):
        return with_reviews(reports_visible(user=self.request.user))

    @extend_schema(summary="日报", description="新的在前。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="一期日报",
        description="冻结的数字；只含本人属地的县(市、区)，名次在全市范围内排。带 area 时是这个县的各乡镇。",
        parameters=[ProgressQuery],
        responses=ReportDetailSerializer,
    )
    def retrieve(self, request, pk):
        query = ProgressQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        return self._shown(pk, area=query.validated_data.get("area", ""))

    @extend_schema(
        summary="确认本县一行",
        description="只有本县(市、区)的账号能确认；截止之后为迟报，锁定或签发之后答 409。",
        request=LineConfirmRequest,
        responses={200: ReportDetailSerializer, 409: CONFLICT},
    )
    def confirm(self, request, pk):
        given = LineConfirmRequest(data=request.data)
        given.is_valid(raise_exception=True)
        review_confirm(**self._who(pk), **given.validated_data)
        return self._shown(pk)

    @extend_schema(
        summary="退回本县一行",
        description="写明原因退回市局；数字以截止时为准，台账改正后从下一期起计入。",
        request=LineReturnRequest,
        responses={200: ReportDetailSerializer, 409: CONFLICT},
    )
    def send_back(self, request, pk):
        given = LineReturnRequest(data=request.data)
        given.is_valid(raise_exception=True)
        review_return(**self._who(pk), **given.validated_data)
        return self._shown(pk)

    def _who(self, pk):
        report = found_or_404(report_of(user=self.request.user, pk=pk))
        return {
            "actor": self.request.user, "report": report, "at": timezone.now(),
            "address": client_address(self.request),
        }  # fmt: skip

    def _shown(self, pk, area=""):
        page = found_or_404(
            report_page(user=self.request.user, pk=pk, area=area, at=timezone.now())
        )
        report = page.report
        report.is_whole, report.total, report.rows = page.is_whole, page.total, page.rows
        report.told_words = corrections_of(page)
        report.standings = list(page.standings.values())
        report.counties, report.confirmed = len(page.standings), page.confirmed
        context = self.get_serializer_context() | {"paragraphs": page.paragraphs}
        return Response(ReportDetailSerializer(report, context=context).data)
