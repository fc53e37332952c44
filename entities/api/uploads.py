"""The ledger pipeline by the API: send a file, follow it, decide on it. `UploadViews` is every ledger's; the
room above adds its own."""

import functools
import hashlib

from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
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


def rights_of(upload: str, apply: str) -> dict[str, tuple[str, ...]]:
    """Which right each act asks for."""
    reading = ("list", "create", "retrieve", "findings", "columns", "renewals", "discard")
    return dict.fromkeys(reading, (upload,)) | dict.fromkeys(("confirm", "undo"), (apply,))


def described(*, book, register, list_class, detail, finding, columns):
    """How the schema tells the acts of one ledger's uploads: `book` is written to `register`."""
    later = {202: detail, 409: CONFLICT}
    schemas = {
        "list": extend_schema(
            summary="上传记录", parameters=[UploadQuery], responses=list_class(many=True)
        ),
        "create": extend_schema(
            summary=f"上传{book}",
            description="文件先存下再处理：答 202 和查询状态的地址（url）。处理完停在 review（待确认），"
            f"确认后才写入{register}。",
            parameters=[KEY],
            request={"multipart/form-data": UploadRequest},
            responses={202: detail},
        ),
        "retrieve": extend_schema(summary="一份上传", responses=detail),
        "findings": extend_schema(
            summary="逐行问题",
            description="按文件里的顺序。row 是 Excel 里看到的行号。",
            parameters=[FindingQuery],
            responses=finding(many=True),
        ),
        "columns": extend_schema(
            summary="指定列",
            description="状态为 columns（待选列）时，说明每一列是哪个字段，然后接着处理。",
            request=columns,
            responses=later,
        ),
        "confirm": extend_schema(
            summary="确认写入",
            description="由后台写入：答 202，之后看状态变为 applied。再按一次不会写两次。",
            request=ConfirmRequest,
            responses=later,
        ),
        "discard": extend_schema(
            summary="放弃上传", request=None, responses={200: detail, 409: CONFLICT}
        ),
        "undo": extend_schema(
            summary="撤销写入", request=None, responses={200: detail, 409: CONFLICT}
        ),
    }

    def tell(view):
        for act, schema in schemas.items():
            setattr(view, act, schema(_own(getattr(view, act))))
        return view

    return tell


def _own(method):
    """The method as one of the subclass's own, so that its description is too."""

    @functools.wraps(method)
    def act(self, *args, **kwargs):
        return method(self, *args, **kwargs)

    return act


class UploadViews(GenericViewSet):
    """The acts on the uploads of one ledger. A room names its life, its bell, its serializers, its reads."""

    permission_classes = (HasRights,)
    pagination_class = NewestFirst
    filter_backends = ()
    parser_classes = (JSONParser, FormParser, MultiPartParser)
    lookup_field = "pk"
    lookup_value_converter = "int"
    life = uploads.LIFE
    ring = staticmethod(tasks.ring)
    detail_class = UploadDetailSerializer
    finding_class = FindingSerializer
    columns_class = ColumnsRequest
    written = "台账"

    def uploads_in(self, state=""):
        """The uploads of the caller's area."""
        raise NotImplementedError

    def one(self, pk):
        """One of them, or nothing."""
        raise NotImplementedError

    def found_in(self, upload, kind):
        """Its findings in the file's order."""
        return findings_fed(upload, kind=kind)

    def masked(self, page, upload):
        """The findings as the caller may read them."""
        raise NotImplementedError

    def get_queryset(self):
        return self.uploads_in()

    def _upload(self, pk):
        return found_or_404(self.one(pk))

    def _given(self, serializer, data):
        found = serializer(data=data)
        found.is_valid(raise_exception=True)
        return found.validated_data

    def _shown(self, upload, status=200):
        shown = self.detail_class(self._upload(upload.pk), context=self.get_serializer_context())
        return Response(shown.data, status=status, headers={"Location": shown.data["url"]})

    def list(self, request):
        state = self._given(UploadQuery, request.query_params).get("state", "")
        page = self.paginate_queryset(self.uploads_in(state))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def create(self, request):
        given = self._given(UploadRequest, request.data)
        wait = wait_of(f"upload:{request.user.pk}", limit=UPLOADS_PER_MINUTE, seconds=60)
        if wait:
            raise Throttled(wait)
        file = given["file"]
        upload = self.life.accept(
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
            self.ring(upload.pk)
        return self._shown(upload, 202)

    def _area(self, code):
        areas = {area.pk: area for area in upload_areas(user=self.request.user)}
        if not areas:
            raise ValidationError({"area": [f"账号没有县(市、区)属地，不能上传{self.written}。"]})
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

    def retrieve(self, request, pk):
        return self._shown(self._upload(pk))

    def findings(self, request, pk):
        kind = self._given(FindingQuery, request.query_params).get("code", "")
        upload = self._upload(pk)
        page = self.masked(self.paginate_queryset(self.found_in(upload, kind)), upload)
        return self.get_paginated_response(self.finding_class(page, many=True).data)

    def columns(self, request, pk):
        upload = self._upload(pk)
        given = self._given(self.columns_class, request.data)
        self.life.choose_columns(
            upload=upload,
            choices=given["choices"],
            remember=given["remember"],
            by=request.user,
            at=timezone.now(),
            address=client_address(request),
        )
        self.ring(upload.pk)
        return self._shown(upload, 202)

    def confirm(self, request, pk):
        upload = self._upload(pk)
        self.life.confirm(
            upload=upload,
            by=request.user,
            at=timezone.now(),
            is_sure=self._given(ConfirmRequest, request.data)["sure"],
            address=client_address(request),
        )
        self.ring(upload.pk)
        return self._shown(upload, 202)

    def discard(self, request, pk):
        upload = self._upload(pk)
        self.life.discard(upload=upload, by=request.user, address=client_address(request))
        return self._shown(upload)

    def undo(self, request, pk):
        upload = self._upload(pk)
        self.life.undo(
            upload=upload, by=request.user, at=timezone.now(), address=client_address(request)
        )
        return self._shown(upload)


@extend_schema(tags=["台账"])
@described(
    book="台账", register="名录", list_class=UploadSerializer, detail=UploadDetailSerializer,
    finding=FindingSerializer, columns=ColumnsRequest,
)  # fmt: skip
class LedgerUploadViewSet(UploadViews):
    serializer_class = UploadSerializer
    rights = rights_of("entities.upload_ledger", "entities.apply_ledger")

    def uploads_in(self, state=""):
        return uploads_visible(user=self.request.user, state=state)

    def one(self, pk):
        return upload_of(user=self.request.user, pk=pk)

    def masked(self, page, upload):
        return phones_masked(page, user=self.request.user, upload=upload)

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
