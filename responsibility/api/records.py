"""Hand-overs, bodies, trainings, experience, questions and instructions under /api/v1/, to read."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiamusi_foodsafety.jurisdiction.api import HasRights, KeyPagination, found_or_404

from ..queries.documents import experiences_in
from ..queries.guidance import guidance_kept
from ..queries.handovers import handovers_visible
from ..queries.instructions import instructions_in
from ..queries.organisation import bodies_in
from ..queries.training import trainings_in, with_counts
from ..serializers import records


def _told(tag, many, one, query):
    """Decorator: the words of the schema for the two acts of a record."""
    return extend_schema_view(
        list=extend_schema(
            tags=[tag], summary=many, description="按编号翻页。", parameters=[query]
        ),
        retrieve=extend_schema(tags=[tag], summary=one),
    )


class RecordViews(GenericViewSet):
    """List and one of a kind of record: `rows(user=, **conditions)` gives those in scope."""

    permission_classes = (HasRights,)
    pagination_class = KeyPagination
    filter_backends = ()
    lookup_field = "pk"
    lookup_value_converter = "int"
    query_class: type
    rows: staticmethod

    def get_queryset(self):
        return self.rows(user=self.request.user)

    def dressed(self, rows):
        """The rows with what a second statement adds."""
        return rows

    def list(self, request):
        query = self.query_class(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.rows(user=request.user, **query.validated_data))
        shown = self.get_serializer(self.dressed(page), many=True)
        return self.get_paginated_response(shown.data)

    def retrieve(self, request, pk):
        row = found_or_404(self.get_queryset().filter(pk=pk).first())
        return Response(self.get_serializer(self.dressed([row])[0]).data)


@_told("干部", "干部交接", "一次交接", records.HandoverQuery)
class HandoverViewSet(RecordViews):
    serializer_class = records.HandoverSerializer
    query_class = records.HandoverQuery
    rows = staticmethod(handovers_visible)
    rights = ("responsibility.view_cadre",)


@_told("会议与文件", "组织机构", "一个机构", records.PlaceQuery)
class BodyViewSet(RecordViews):
    serializer_class = records.BodySerializer
    query_class = records.PlaceQuery
    rows = staticmethod(bodies_in)
    rights = ("responsibility.view_body",)


@_told("会议与文件", "培训", "一次培训", records.TrainingQuery)
class TrainingViewSet(RecordViews):
    serializer_class = records.TrainingSerializer
    query_class = records.TrainingQuery
    rows = staticmethod(trainings_in)
    rights = ("responsibility.view_training",)

    def dressed(self, rows):
        return with_counts(rows, user=self.request.user)


@_told("会议与文件", "经验", "一条经验", records.ExperienceQuery)
class ExperienceViewSet(RecordViews):
    serializer_class = records.ExperienceSerializer
    query_class = records.ExperienceQuery
    rows = staticmethod(experiences_in)
    rights = ("responsibility.view_experience",)


@_told("工作提示", "点对点指导", "一次提问", records.TextQuery)
class GuidanceViewSet(RecordViews):
    serializer_class = records.GuidanceSerializer
    query_class = records.TextQuery
    rows = staticmethod(guidance_kept)
    rights = ("responsibility.view_guidance",)


@_told("工作提示", "督办", "一件督办", records.InstructionQuery)
class InstructionViewSet(RecordViews):
    serializer_class = records.InstructionSerializer
    query_class = records.InstructionQuery
    rows = staticmethod(instructions_in)
    rights = ("responsibility.view_instruction",)
