"""承诺书 and 责任状 under /api/v1/: to read, to make for an area, to record as signed on paper. A cadre signs for
himself on the page, by typing his name: nobody signs for him by a key."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.jurisdiction.queries import areas_visible, home_place, place_of
from jiamusi_foodsafety.kit.middleware import client_address

from .. import tasks
from ..filters.papers import letter_conditions, pledge_conditions
from ..forms.papers import LetterSignForm, ScanForm
from ..queries.letters import letter_get, letters_visible
from ..queries.pledges import batch_get, batches_visible, pledge_annex, pledge_get, pledges_visible
from ..serializers.papers import (
    BatchSerializer,
    LetterQuery,
    LetterSerializer,
    LetterSignRequest,
    LettersRequest,
    MadeSerializer,
    PledgeDetailSerializer,
    PledgeQuery,
    PledgeSerializer,
    PledgesRequest,
    ReasonRequest,
    ScanRequest,
)
from ..services.batches import pledge_batch_start
from ..services.letters import letter_sign, letter_void, letters_make
from ..services.pledges import copies_follow, pledge_record_scan, pledge_void, pledges_issue

VIEW, ISSUE = "responsibility.view_pledge", "responsibility.issue_pledge"
VIEW_LETTER, SIGN_LETTER = "responsibility.view_letter", "responsibility.sign_letter"
CONFLICT = OpenApiResponse(description="与现在的状态不符，没有办理")


class PaperViews(GenericViewSet):
    """What both papers share."""

    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    filter_backends = ()
    parser_classes = (JSONParser, FormParser, MultiPartParser)
    lookup_field = "pk"
    lookup_value_converter = "int"

    def given(self, serializer, data):
        found = serializer(data=data)
        found.is_valid(raise_exception=True)
        return found.validated_data

    def told(self, act, **values):
        """Do an act for the caller."""
        return act(actor=self.request.user, address=client_address(self.request), **values)

    def signed(self, form_class):
        """What the page's own form makes of a paper signed by hand, its scan looked into."""
        form = form_class(self.request.data, self.request.FILES)
        if not form.is_valid():
            raise ValidationError(form.errors)
        values = dict(form.cleaned_data)
        file = values.pop("scan")
        return values | {"file": file, "name": file.told if file else ""}


@extend_schema(tags=["承诺书与责任状"])
class PledgeViewSet(PaperViews):
    serializer_class = PledgeSerializer
    rights = dict.fromkeys(("list", "retrieve"), (VIEW,)) | dict.fromkeys(
        ("create", "issue", "scan", "void"), (VIEW, ISSUE)
    )

    def get_queryset(self):
        return pledges_visible(user=self.request.user)

    def _shown(self, pk):
        pledge = found_or_404(pledge_get(user=self.request.user, pk=pk))
        pledge.shown_annex = pledge_annex(pledge=pledge, on=timezone.localdate())
        if pledge.annex is None:
            copies_follow(pledge)
        return Response(PledgeDetailSerializer(pledge).data)

    @extend_schema(
        summary="承诺书",
        description="筛选条件与承诺书页面相同，按编号翻页。",
        parameters=[PledgeQuery],
    )
    def list(self, request):
        wanted = self.given(PledgeQuery, request.query_params)
        found = pledge_conditions(wanted, user=request.user).found()
        rows = found.select_related("area__parent__parent__parent").defer("annex")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份承诺书", responses=PledgeDetailSerializer)
    def retrieve(self, request, pk):
        return self._shown(pk)

    @extend_schema(
        summary="批量生成承诺书",
        description="为一个区划内还需要的在岗干部生成，由后台办：答 202 和批次，进度看 batches。",
        request=PledgesRequest,
        responses={202: BatchSerializer, 409: CONFLICT},
    )
    def create(self, request):
        wanted = self.given(PledgesRequest, request.data)
        user, code = request.user, wanted.get("area", "")
        place = found_or_404(place_of(user=user, code=code) if code else home_place(user=user))
        batch = self.told(
            pledge_batch_start, area=found_or_404(place.area), year=timezone.localdate().year,
            level=wanted["level"], is_issued=wanted["issue"],
        )  # fmt: skip
        tasks.ring(batch.pk)
        return Response(BatchSerializer(batch).data, status=202)

    @extend_schema(
        summary="送签",
        description="草稿 → 待签；已不是草稿的不变。",
        request=None,
        responses=PledgeDetailSerializer,
    )
    def issue(self, request, pk):
        pledge = found_or_404(pledge_get(user=request.user, pk=pk))
        found = self.get_queryset().filter(pk=pledge.pk)
        self.told(pledges_issue, pledges=found, at=timezone.now())
        return self._shown(pk)

    @extend_schema(
        summary="登记纸质签订",
        request={"multipart/form-data": ScanRequest},
        responses={200: PledgeDetailSerializer, 409: CONFLICT},
    )
    def scan(self, request, pk):
        pledge = found_or_404(pledge_get(user=request.user, pk=pk))
        values = self.signed(ScanForm)
        self.told(
            pledge_record_scan, pledge=pledge, at=timezone.now(), on=timezone.localdate(), **values
        )
        return self._shown(pk)

    @extend_schema(
        summary="使承诺书失效",
        request=ReasonRequest,
        responses={200: PledgeDetailSerializer, 409: CONFLICT},
    )
    def void(self, request, pk):
        pledge = found_or_404(pledge_get(user=request.user, pk=pk))
        self.told(pledge_void, pledge=pledge, **self.given(ReasonRequest, request.data))
        return self._shown(pk)


@extend_schema(tags=["承诺书与责任状"])
class BatchViewSet(PaperViews):
    serializer_class = BatchSerializer
    rights = (VIEW, ISSUE)

    def get_queryset(self):
        return batches_visible(user=self.request.user)

    @extend_schema(summary="批量事项的进度", description="done 为已完成的份数，total 为总数。")
    def retrieve(self, request, pk):
        batch = found_or_404(batch_get(user=request.user, pk=pk))
        return Response(self.get_serializer(batch).data)


@extend_schema(tags=["承诺书与责任状"])
class LetterViewSet(PaperViews):
    serializer_class = LetterSerializer
    rights = dict.fromkeys(("list", "retrieve"), (VIEW_LETTER,)) | dict.fromkeys(
        ("create", "sign", "void"), (VIEW_LETTER, SIGN_LETTER)
    )

    def get_queryset(self):
        return letters_visible(user=self.request.user)

    def _shown(self, pk):
        letter = found_or_404(letter_get(user=self.request.user, pk=pk))
        return Response(self.get_serializer(letter).data)

    @extend_schema(
        summary="责任状",
        description="筛选条件与责任状页面相同，按编号翻页。",
        parameters=[LetterQuery],
    )
    def list(self, request):
        wanted = self.given(LetterQuery, request.query_params)
        found = letter_conditions(wanted, user=request.user).found()
        page = self.paginate_queryset(found.select_related("area__parent__parent__parent"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一份责任状")
    def retrieve(self, request, pk):
        return self._shown(pk)

    @extend_schema(
        summary="生成一年的责任状",
        description="本人属地内还没有的县、乡、村（全市的还有成员单位）各一份；再办一次只补新的。",
        request=LettersRequest,
        responses={201: MadeSerializer},
    )
    def create(self, request):
        wanted = self.given(LettersRequest, request.data)
        made = self.told(letters_make, areas=areas_visible(user=request.user), **wanted)
        return Response({"made": made}, status=201)

    @extend_schema(
        summary="登记责任状已签",
        request={"multipart/form-data": LetterSignRequest},
        responses={200: LetterSerializer, 409: CONFLICT},
    )
    def sign(self, request, pk):
        letter = found_or_404(letter_get(user=request.user, pk=pk))
        values = self.signed(LetterSignForm)
        self.told(letter_sign, letter=letter, on=timezone.localdate(), **values)
        return self._shown(pk)

    @extend_schema(
        summary="使责任状失效",
        request=ReasonRequest,
        responses={200: LetterSerializer, 409: CONFLICT},
    )
    def void(self, request, pk):
        letter = found_or_404(letter_get(user=request.user, pk=pk))
        self.told(letter_void, letter=letter, **self.given(ReasonRequest, request.data))
        return self._shown(pk)
