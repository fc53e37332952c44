"""Visits and photographs under /api/v1/: to read, and as a phone sends them."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from entities.queries.entities import entity_get
from jiamusi_foodsafety.jurisdiction.api import KeyPagination, found_or_404
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing

from ..queries.visits import VisitWishes, visit_get, visits_in, visits_visible, with_columns
from ..serializers.visits import (
    PhotoRequest,
    PhotoStored,
    RefusedSerializer,
    VisitDetailSerializer,
    VisitQuery,
    VisitRequest,
    VisitSerializer,
    VisitStored,
)
from ..services.photos import MOST_BYTES, PhotoError, PhotoKeyTaken, photo_store
from ..services.visits import NotBearer, VisitRefused, visit_submit
from .shared import HandRights


@extend_schema(tags=["督导"])
class VisitViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = VisitSerializer
    parser_classes = (JSONParser,)
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = {
        "list": ("inspections.view_visit",),
        "retrieve": ("inspections.view_visit",),
        "create": ("inspections.make_visit",),
    }

    def get_queryset(self):
        return visits_visible(user=self.request.user)

    @extend_schema(summary="督导记录", description="按编号翻页。", parameters=[VisitQuery])
    def list(self, request):
        query = VisitQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = visits_in(user=request.user, wishes=VisitWishes(**query.validated_data))
        page = self.paginate_queryset(with_columns(found))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一次督导", responses=VisitDetailSerializer)
    def retrieve(self, request, pk):
        visit = found_or_404(visit_get(user=request.user, pk=pk))
        return Response(VisitDetailSerializer(visit, context=self.get_serializer_context()).data)

    @extend_schema(
        summary="上报督导",
        description="同一编号重发不会重复登记。干部现在或督导当天包保这一家。",
        request=VisitRequest,
        responses={
            201: VisitStored,
            200: OpenApiResponse(VisitStored, description="早已收到"),
            409: OpenApiResponse(description="编号已用于另一份记录"),
            422: OpenApiResponse(RefusedSerializer, description="内容不对，按字段说明"),
        },
    )
    def create(self, request):
        sent = request.data if isinstance(request.data, dict) else {}
        try:
            visit, is_new = visit_submit(actor=request.user, sent=sent, at=timezone.now())
        except VisitRefused as refused:
            return Response({"errors": refused.errors}, status=422)
        except NotBearer as error:
            entity = entity_get(user=request.user, pk=sent["entity"])
            found_or_404(entity)
            raise PermissionDenied(error.message) from error
        return Response(VisitStored(_stored(visit, is_new)).data, status=201 if is_new else 200)


def _stored(visit, is_new):
    problems = visit.found if is_new else visit.problems.order_by("pk")
    return {
        "id": visit.pk,
        "url": url_or_nothing("inspections:visit-detail", visit.pk),
        "paper_url": url_or_nothing("inspections:visit-pdf", visit.pk),
        "was_new": is_new,
        "problems": [
            {
                "id": problem.pk,
                "number": problem.number,
                "url": url_or_nothing("inspections:problem-detail", problem.pk),
            }
            for problem in problems
        ],
    }


@extend_schema(tags=["督导"])
class PhotoView(APIView):
    permission_classes = (HandRights,)
    parser_classes = (MultiPartParser,)
    any_of = (
        "inspections.make_visit",
        "inspections.report_problem",
        "inspections.claim_problem",
        "inspections.verify_problem",
    )

    @extend_schema(
        summary="上传照片",
        description="先传照片，再在督导或问题办理中引用它的编号。存下的照片去掉拍摄位置等信息。",
        request=PhotoRequest,
        responses={
            201: PhotoStored,
            200: OpenApiResponse(PhotoStored, description="早已收到"),
            409: OpenApiResponse(description="编号已被别人用了"),
            422: OpenApiResponse(RefusedSerializer, description="不是照片，或太大"),
        },
    )
    def post(self, request):
        file = request.data.get("file")
        key = request.data.get("key")
        if not hasattr(file, "chunks"):
            return Response({"errors": {"file": ["没有收到照片，请重拍。"]}}, status=422)
        try:
            # one byte more than is allowed tells that it is too large
            data = file.read(MOST_BYTES + 1)
            photo, is_new = photo_store(
                actor=request.user, key=key if isinstance(key, str) else "", data=data,
                at=timezone.now(),
            )  # fmt: skip
        except PhotoKeyTaken:
            raise
        except PhotoError as error:
            return Response({"errors": {"file": [error.message]}}, status=422)
        told = {"key": photo.key, "was_new": is_new}
        return Response(told, status=201 if is_new else 200)
