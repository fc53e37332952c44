"""Due visits and checklists under /api/v1/, to read."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import KeyPagination, found_or_404

from ..filters.dues import due_wishes
from ..queries.checklists import checklist_get, checklist_items, checklists_visible
from ..queries.dues import VIEWS, dues_in, dues_visible, with_columns, with_phone_needs
from ..serializers.visits import (
    ChecklistDetailSerializer,
    ChecklistSerializer,
    DueVisitSerializer,
)
from .shared import HandRights


@extend_schema(tags=["督导"])
class DueVisitViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = DueVisitSerializer
    filter_backends = ()
    rights = ("inspections.view_duevisit",)

    def get_queryset(self):
        return dues_visible(user=self.request.user)

    @extend_schema(
        summary="督导任务",
        description="应督导的主体，带上次结果、未结问题和适用清单，供离线填报；按编号翻页，默认为待督导。",
        parameters=[
            OpenApiParameter("view", str, description="快捷视图", enum=list(VIEWS)),
            OpenApiParameter("area", str, description="区划代码"),
            OpenApiParameter("period", int, description="周期编号"),
            OpenApiParameter("grade", str, description="包保等级"),
            OpenApiParameter("category", str, description="主体类别代码"),
            OpenApiParameter("cadre", int, description="干部编号"),
        ],
    )
    def list(self, request):
        on = timezone.localdate()
        found = dues_in(user=request.user, wishes=due_wishes(request.query_params), on=on)
        page = with_phone_needs(self.paginate_queryset(with_columns(found)), on=on)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


@extend_schema(tags=["督导"])
class ChecklistViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = ChecklistSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("inspections.view_checklist",)

    def get_queryset(self):
        return checklists_visible(user=self.request.user)

    @extend_schema(summary="督导任务清单", description="各级清单的各版；草稿只有市局可见。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份督导任务清单", responses=ChecklistDetailSerializer)
    def retrieve(self, request, pk):
        checklist = found_or_404(checklist_get(user=request.user, pk=pk))
        checklist.items_in_order = checklist_items(user=request.user, checklist=checklist)
        context = self.get_serializer_context()
        return Response(ChecklistDetailSerializer(checklist, context=context).data)
