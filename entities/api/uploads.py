"""The ledger pipeline by the API: send a file, follow it, decide on it."""

import hashlib

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.kit.limits import wait_of
from jiamusi_foodsafety.kit.middleware import client_address

from .. import tasks
from ..enums import UploadChannel, UploadState
from ..ledger import uploads
from ..queries.feeds import findings_fed, uploads_visible
from ..queries.upload_review import phones_masked
from ..queries.uploads import upload_areas, upload_of
from ..serializers import (
    ColumnsRequest,
    ConfirmRequest,
    FindingQuery,
    FindingSerializer,
    RenewalsRequest,
    UploadDetailSerializer,
    UploadQuery,
    UploadRequest,
    UploadSerializer,
)

# The same counter as the upload page's.
UPLOADS_PER_MINUTE = 60
CONFLICT = OpenApiResponse(description="这一步与台账现在的状态不符，没有办理")
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="自定的上传编号：同一编号再传一次，得到同一份上传",
)


class NewestFirst(KeyPagination):
    ordering = "-pk"


class FileOrder(KeyPagination):
    ordering = ("index", "pk")


@extend_schema(tags=["台账"])
class LedgerUploadViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = NewestFirst
    serializer_class = UploadSerializer
    filter_backends = ()
    parser_classes = (JSONParser, FormParser, MultiPartParser)
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = {
        "list": ("entities.upload_ledger",),
        "create": ("entities.upload_ledger",),
        "retrieve": ("entities.upload_ledger",),
        "findings": ("entities.upload_ledger",),
        "columns": ("entities.upload_ledger",),
        "renewals": ("entities.upload_ledger",),
        "discard": ("entities.upload_ledger",),
        "confirm": ("entities.apply_ledger",),
        "undo": ("entities.apply_ledger",),
    }

    def get_queryset(self):
        return uploads_visible(user=self.request.user)

    def _upload(self, pk):
        return found_or_404(upload_of(user=self.request.user, pk=pk))

    def _given(self, serializer, data):
        found = serializer(data=data)
        found.is_valid(raise_exception=True)
        return found.validated_data

    def _shown(self, upload, status=200):
        shown = UploadDetailSerializer(
            self._upload(upload.pk), context=self.get_serializer_context()
        )
        return Response(shown.data, status=status, headers={"Location": shown.data["url"]})

    @extend_schema(summary="上传记录", parameters=[UploadQuery])
    def list(self, request):
        state = self._given(UploadQuery, request.query_params).get("state", "")
        page = self.paginate_queryset(uploads_visible(user=request.user, state=state))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="上传台账",
        description="文件先存下再处理：答 202 和查询状态的地址（url）。处理完停在 review（待确认），确认后才写入名录。",
        parameters=[KEY],
        request={"multipart/form-data": UploadRequest},
        responses={202: UploadDetailSerializer},
    )
    def create(self, request):
        given = self._given(UploadRequest, request.data)
        wait = wait_of(f"upload:{request.user.pk}", limit=UPLOADS_PER_MINUTE, seconds=60)
        if wait:
            raise Throttled(wait)
        file = given["file"]
        upload = uploads.upload_accept(
            source=file.file,
            filename=file.name,
            area=self._area(given.get("area", "")),
            by=request.user,
            channel=UploadChannel.API,
            mode=given["mode"],
            at=timezone.now(),
            idempotency_key=self._key(),
            address=client_address(request),
        )
        if upload.state == UploadState.QUEUED:
            tasks.ring(upload.pk)
        return self._shown(upload, 202)

    def _area(self, code):
        areas = {area.pk: area for area in upload_areas(user=self.request.user)}
        if not areas:
            raise ValidationError({"area": ["账号没有县(市、区)属地，不能上传台账。"]})
        if not code:
            return next(iter(areas.values()))
        if code not in areas:
            raise ValidationError({"area": ["没有这个县(市、区)，或者不在您的属地范围内。"]})
        return areas[code]

    def _key(self):
        """The caller's key is his own: another's with the same text is another key."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return None
        digest = hashlib.sha256(f"{self.request.user.pk}:{key}".encode()).hexdigest()
        return f"api-{digest[:56]}"

    @extend_schema(summary="一份上传", responses=UploadDetailSerializer)
    def retrieve(self, request, pk):
        return self._shown(self._upload(pk))

    @extend_schema(
        summary="逐行问题",
        description="按文件里的顺序。row 是 Excel 里看到的行号。",
        parameters=[FindingQuery],
        responses=FindingSerializer(many=True),
    )
    def findings(self, request, pk):
        kind = self._given(FindingQuery, request.query_params).get("code", "")
        upload = self._upload(pk)
        page = self.paginate_queryset(findings_fed(upload, kind=kind))
        page = phones_masked(page, user=request.user, upload=upload)
        return self.get_paginated_response(FindingSerializer(page, many=True).data)

    @extend_schema(
        summary="指定列",
        description="状态为 columns（待选列）时，说明每一列是哪个字段，然后接着处理。",
        request=ColumnsRequest,
        responses={202: UploadDetailSerializer, 409: CONFLICT},
    )
    def columns(self, request, pk):
        upload = self._upload(pk)
        given = self._given(ColumnsRequest, request.data)
        uploads.columns_choose(
            upload=upload,
            choices=given["choices"],
            remember=given["remember"],
            by=request.user,
            at=timezone.now(),
            address=client_address(request),
        )
        tasks.ring(upload.pk)
        return self._shown(upload, 202)

    @extend_schema(
        summary="处理疑似换证",
        request=RenewalsRequest,
        responses={200: UploadDetailSerializer, 409: CONFLICT},
    )
    def renewals(self, request, pk):
        upload = self._upload(pk)
        given = self._given(RenewalsRequest, request.data)
        uploads.renewals_choose(
            upload=upload,
            choices=given["choices"],
            by=request.user,
            address=client_address(request),
        )
        return self._shown(upload)

    @extend_schema(
        summary="确认写入",
        description="由后台写入：答 202，之后看状态变为 applied。再按一次不会写两次。",
        request=ConfirmRequest,
        responses={202: UploadDetailSerializer, 409: CONFLICT},
    )
    def confirm(self, request, pk):
        upload = self._upload(pk)
        uploads.upload_confirm(
            upload=upload,
            by=request.user,
            at=timezone.now(),
            is_sure=self._given(ConfirmRequest, request.data)["sure"],
            address=client_address(request),
        )
        tasks.ring(upload.pk)
        return self._shown(upload, 202)

    @extend_schema(
        summary="放弃上传", request=None, responses={200: UploadDetailSerializer, 409: CONFLICT}
    )
    def discard(self, request, pk):
        upload = self._upload(pk)
        uploads.upload_discard(upload=upload, by=request.user, address=client_address(request))
        return self._shown(upload)

    @extend_schema(
        summary="撤销写入", request=None, responses={200: UploadDetailSerializer, 409: CONFLICT}
    )
    def undo(self, request, pk):
        upload = self._upload(pk)
        uploads.upload_undo(
            upload=upload, by=request.user, at=timezone.now(), address=client_address(request)
        )
        return self._shown(upload)
