"""Meetings and papers under /api/v1/, to read."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from ..queries.documents import document_get, documents_in
from ..queries.meetings import decisions_of, meeting_get, meetings_in
from ..serializers.organisation import (
    DocumentQuery,
    DocumentSerializer,
    MeetingDetailSerializer,
    MeetingQuery,
    MeetingSerializer,
)


@extend_schema(tags=["会议与文件"])
class DocumentViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = DocumentSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_document",)

    def get_queryset(self):
        return documents_in(user=self.request.user)

    @extend_schema(
        summary="依据文件", description="在用的，按编号翻页。", parameters=[DocumentQuery]
    )
    def list(self, request):
        query = DocumentQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = dict(query.validated_data)
        found = documents_in(user=request.user, text=wanted.pop("q", ""), **wanted)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份依据文件")
    def retrieve(self, request, pk):
        document = found_or_404(document_get(user=request.user, pk=pk))
        return Response(self.get_serializer(document).data)


@extend_schema(tags=["会议与文件"])
class MeetingViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = MeetingSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_meeting",)

    def get_queryset(self):
        return meetings_in(user=self.request.user)

    @extend_schema(summary="会议", description="按编号翻页。", parameters=[MeetingQuery])
    def list(self, request):
        query = MeetingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = dict(query.validated_data)
        year = wanted.pop("year", "")
        found = meetings_in(user=request.user, year=str(year), **wanted)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="一次会议",
        description="含议定事项，和您能看到的任务。",
        responses=MeetingDetailSerializer,
    )
    def retrieve(self, request, pk):
        meeting = found_or_404(meeting_get(user=request.user, pk=pk))
        meeting.shown_decisions = decisions_of(user=request.user, meeting=meeting)
        return Response(MeetingDetailSerializer(meeting).data)
