"""The three lists and their dated to-dos under /api/v1/, to read."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from ..filters.duties import duty_wishes
from ..queries.duties import VIEWS, WHOSE, duties_in, duty_get, with_columns
from ..queries.lists import list_get, list_items, lists_visible
from ..serializers.lists import DutySerializer, ListDetailSerializer, ListSerializer


@extend_schema(tags=["清单"])
class ListViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = ListSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_listdocument",)

    def get_queryset(self):
        return lists_visible(user=self.request.user)

    @extend_schema(summary="三清单", description="各级清单的各版，按编号翻页；草稿只有市局可见。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份清单", responses=ListDetailSerializer)
    def retrieve(self, request, pk):
        document = found_or_404(list_get(user=request.user, pk=pk))
        document.items_in_order = list_items(user=request.user, document=document)
        return Response(ListDetailSerializer(document, context=self.get_serializer_context()).data)


@extend_schema(tags=["清单"])
class DutyViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = DutySerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = ("responsibility.view_duty",)

    def get_queryset(self):
        return duties_in(
            user=self.request.user,
            wishes=duty_wishes(self.request.query_params),
            on=timezone.localdate(),
        )

    @extend_schema(
        summary="清单任务",
        description="按任务清单生成的有期限的任务，按编号翻页；不给 view 时只含待办。",
        parameters=[
            OpenApiParameter("view", str, description="快捷视图", enum=list(VIEWS)),
            OpenApiParameter("area", str, description="属地代码"),
            OpenApiParameter("period", str, description="周期，如 2022Q4"),
            OpenApiParameter("code", str, description="任务代码，如 J1"),
            OpenApiParameter("whose", str, description="责任方", enum=list(WHOSE)),
            OpenApiParameter("cadre", int, description="干部编号"),
        ],
    )
    def list(self, request):
        page = self.paginate_queryset(with_columns(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一件任务")
    def retrieve(self, request, pk):
        return Response(self.get_serializer(found_or_404(duty_get(user=request.user, pk=pk))).data)
