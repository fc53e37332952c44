"""The three lists (to read, to draft, to issue) and their dated to-dos (to read) under /api/v1/."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.kit.middleware import client_address

from ..filters.duties import duty_wishes
from ..forms.lists import ListItemForm
from ..queries.duties import VIEWS, WHOSE, duties_in, duty_get, with_columns
from ..queries.lists import item_get, list_get, list_items, lists_visible
from ..serializers.lists import (
    DutySerializer,
    ListDetailSerializer,
    ListIssueRequest,
    ListItemChangeRequest,
    ListItemRequest,
    ListSerializer,
)
from ..services.lists import item_add, item_remove, item_update, list_copy, list_issue

VIEW, CHANGE = "responsibility.view_listdocument", "responsibility.change_listdocument"
ISSUE = "responsibility.issue_listdocument"
CONFLICT = OpenApiResponse(description="与现在的状态不符，没有办理")


@extend_schema(tags=["清单"])
class ListViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = ListSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = dict.fromkeys(("list", "retrieve"), (VIEW,)) | {
        **dict.fromkeys(("copy", "item_add", "item_change", "item_remove"), (VIEW, CHANGE)),
        "issue": (VIEW, ISSUE),
    }

    def get_queryset(self):
        return lists_visible(user=self.request.user)

    def _told(self, act, **values):
        return act(actor=self.request.user, address=client_address(self.request), **values)

    def _document(self, pk):
        return found_or_404(list_get(user=self.request.user, pk=pk))

    def _item(self, pk):
        return found_or_404(item_get(user=self.request.user, pk=pk))

    def _shown(self, document, status=200):
        document = self._document(document.pk)
        document.items_in_order = list_items(user=self.request.user, document=document)
        context = self.get_serializer_context()
        return Response(ListDetailSerializer(document, context=context).data, status=status)

    def _line(self, serializer, document):
        """A line as the page's own form understands it, and the revision that its writer saw."""
        wanted = serializer(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        marks, revision = given.pop("marks"), given.pop("revision", 0)
        form = ListItemForm(
            given | {f"mark_{level}": mark for level, mark in marks.items()}, document=document
        )
        if not form.is_valid():
            raise ValidationError(form.errors)
        return form.values(), revision

    @extend_schema(summary="三清单", description="各级清单的各版，按编号翻页；草稿只有市局可见。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份清单", responses=ListDetailSerializer)
    def retrieve(self, request, pk):
        return self._shown(self._document(pk))

    @extend_schema(
        summary="另拟一版",
        description="照这一版建草稿；已有草稿的答 409。",
        request=None,
        responses={201: ListDetailSerializer, 409: CONFLICT},
    )
    def copy(self, request, pk):
        return self._shown(self._told(list_copy, document=self._document(pk)), 201)

    @extend_schema(
        summary="草稿加一条",
        request=ListItemRequest,
        responses={201: ListDetailSerializer, 409: CONFLICT},
    )
    def item_add(self, request, pk):
        document = self._document(pk)
        values, _ = self._line(ListItemRequest, document)
        self._told(item_add, document=document, values=values)
        return self._shown(document, 201)

    @extend_schema(
        summary="改草稿的一条",
        request=ListItemChangeRequest,
        responses={200: ListDetailSerializer, 409: CONFLICT},
    )
    def item_change(self, request, pk):
        item = self._item(pk)
        values, revision = self._line(ListItemChangeRequest, item.document)
        self._told(item_update, item=item, revision=revision, values=values)
        return self._shown(item.document)

    @extend_schema(
        summary="从草稿删去一条", request=None, responses={200: ListDetailSerializer, 409: CONFLICT}
    )
    def item_remove(self, request, pk):
        item = self._item(pk)
        self._told(item_remove, item=item)
        return self._shown(item.document)

    @extend_schema(
        summary="印发",
        request=ListIssueRequest,
        responses={200: ListDetailSerializer, 409: CONFLICT},
    )
    def issue(self, request, pk):
        document = self._document(pk)
        wanted = ListIssueRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        is_verified = given.pop("verified")
        is_example = document.is_example and not is_verified
        self._told(list_issue, document=document, at=timezone.now(), is_example=is_example, **given)
        return self._shown(document)


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
