"""Problems under /api/v1/: a station's phone client could be built on it."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import KeyPagination, found_or_404

from ..filters.problems import ProblemConditions
from ..queries.problem_detail import kinds_known, problem_get
from ..queries.problem_list import problems_fed
from ..queries.problem_people import may_ever, moves_any
from ..serializers.problems import (
    ProblemDetailSerializer,
    ProblemKindSerializer,
    ProblemMoveRequest,
    ProblemQuery,
    ProblemSerializer,
)
from ..services.moves import problem_move
from .shared import HandRights

VIEW = "inspections.view_problem"


@extend_schema(tags=["问题整改"])
class ProblemViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = ProblemSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = (VIEW,)

    @extend_schema(
        summary="问题",
        description="筛选条件与页面相同；不给 tab 时只含在办的。按编号翻页。",
        parameters=[ProblemQuery],
    )
    def list(self, request):
        query = ProblemQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        conditions = ProblemConditions(
            request.query_params, user=request.user, on=timezone.localdate()
        )
        page = self.paginate_queryset(problems_fed(conditions.found()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _problem(self, pk):
        return found_or_404(problem_get(user=self.request.user, pk=pk))

    def _shown(self, problem):
        return ProblemDetailSerializer(problem, context=self.get_serializer_context()).data

    @extend_schema(summary="一个问题", responses=ProblemDetailSerializer)
    def retrieve(self, request, pk):
        return Response(self._shown(self._problem(pk)))

    @extend_schema(
        summary="办理一步",
        description="认领、处置、反馈、核查、延期等。同一个幂等键再发答 200，不再办一次。",
        request=ProblemMoveRequest,
        responses={
            200: OpenApiResponse(ProblemDetailSerializer, description="这个键办过了"),
            201: ProblemDetailSerializer,
            409: OpenApiResponse(description="现在不能这样办，或刚被别人办理过"),
        },
    )
    def moves(self, request, pk):
        if not moves_any(user=request.user):
            raise PermissionDenied
        # then whether it exists for this person: what is wrong with the act is told of his own only
        problem = self._problem(pk)
        wanted = ProblemMoveRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        act = given.pop("act")
        if not may_ever(user=request.user, act=act):
            raise PermissionDenied
        _, is_new = problem_move(
            problem=problem, act=act, actor=request.user, key=given.pop("key"), values=given,
            at=timezone.now(),
        )  # fmt: skip
        return Response(self._shown(self._problem(pk)), status=201 if is_new else 200)


@extend_schema(tags=["问题整改"])
class ProblemKindViewSet(GenericViewSet):
    permission_classes = (HandRights,)
    pagination_class = KeyPagination
    serializer_class = ProblemKindSerializer
    filter_backends = ()
    rights = (VIEW,)

    def get_queryset(self):
        return kinds_known()

    @extend_schema(summary="问题类别", description="在用的可以写进督导的 problems；按编号翻页。")
    def list(self, request):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
