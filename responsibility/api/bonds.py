"""Bonds and coverage under /api/v1/."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.kit.middleware import client_address

from ..queries.coverage import CoverageTables
from ..queries.holding import area_common, bonds_fed, cadres_eligible, entities_chosen
from ..serializers.bonds import (
    AssignmentQuery,
    AssignmentRequest,
    AssignmentSerializer,
    CoverageQuery,
    CoverageSerializer,
)
from ..services.assignments import bond_make


@extend_schema(tags=["包保"])
class CoverageView(APIView):
    permission_classes = (HasRights,)
    rights = ("responsibility.view_assignment",)

    @extend_schema(
        summary="包保覆盖",
        description="一个区划和它的下级，与包保分配页面同一组数字。",
        parameters=[CoverageQuery],
        responses=CoverageSerializer,
    )
    def get(self, request):
        query = CoverageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        code, user = query.validated_data.get("area"), request.user
        place = found_or_404(place_of(user=user, code=code) if code else home_place(user=user))
        tables = CoverageTables(user=user, area=place.code)
        total = tables.total()
        total.code = place.code
        total.areas, total.levels = tables.by_area(place.group_length), tables.by_level()
        return Response(CoverageSerializer(total).data)


@extend_schema(tags=["包保"])
class AssignmentViewSet(GenericViewSet):
    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    serializer_class = AssignmentSerializer
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    rights = {
        "list": ("responsibility.view_assignment",),
        "retrieve": ("responsibility.view_assignment",),
        "create": ("responsibility.view_assignment", "responsibility.assign_entity"),
    }

    def get_queryset(self):
        return bonds_fed(user=self.request.user)

    @extend_schema(
        summary="包保关系", description="有效的，按编号翻页。", parameters=[AssignmentQuery]
    )
    def list(self, request):
        query = AssignmentQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = self.get_queryset()
        wanted = dict(query.validated_data)
        if "area" in wanted:
            found = found.within(wanted.pop("area"))
        page = self.paginate_queryset(found.filter(**wanted))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="一条包保关系")
    def retrieve(self, request, pk):
        bond = found_or_404(self.get_queryset().filter(pk=pk).first())
        return Response(self.get_serializer(bond).data)

    @extend_schema(
        summary="指定包保干部",
        description="原来的干部从今天起不再包保这一家。",
        request=AssignmentRequest,
        responses={
            201: AssignmentSerializer,
            409: OpenApiResponse(description="干部已离任，层级或属地不符，或刚被别人改过"),
        },
    )
    def create(self, request):
        wanted = AssignmentRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        entities = entities_chosen(user=request.user, ids=[given.pop("entity")])
        entity = found_or_404(entities.first())
        eligible = cadres_eligible(user=request.user, common=area_common(entities))
        cadre = found_or_404(eligible.filter(pk=given.pop("cadre")).first())
        now = timezone.now()
        bond_make(
            actor=request.user,
            entities=entities,
            cadre=cadre,
            on=timezone.localdate(now),
            at=now,
            address=client_address(request),
            **given,
        )
        bond = self.get_queryset().get(entity=entity)
        return Response(self.get_serializer(bond).data, status=201)
