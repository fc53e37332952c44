"""工作提示 under /api/v1/, to read."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from ..queries.notices import notice_get, notices_in, targets_of, with_counts
from ..serializers.notices import NoticeDetailSerializer, NoticeQuery, NoticeSerializer


@extend_schema(tags=["工作提示"])
class NoticeViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = NoticeSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_notice",)

    def get_queryset(self):
        return notices_in(user=self.request.user, tab="")

    @extend_schema(
        summary="工作提示", description="已下发的，按编号翻页。", parameters=[NoticeQuery]
    )
    def list(self, request):
        query = NoticeQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = notices_in(user=request.user, tab=query.validated_data.get("view", ""))
        page = self.paginate_queryset(with_counts(found, user=request.user))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="一期工作提示",
        description="含您能看到的签收和反馈。",
        responses=NoticeDetailSerializer,
    )
    def retrieve(self, request, pk):
        notice = found_or_404(notice_get(user=request.user, pk=pk))
        notice.shown_targets = targets_of(user=request.user, notice=notice)
        return Response(NoticeDetailSerializer(notice).data)
