"""Hand-overs, bodies, trainings, experience, questions and instructions as the API gives them."""

from rest_framework import serializers

from ..enums import AdoptionState, HandoverState, InstructionState
from ..models import Body, Experience, Guidance, Handover, Instruction, Training
from .fields import AreaCodeField, OneOfField


class PlaceQuery(serializers.Serializer):
    area = AreaCodeField(required=False, help_text="区划代码")


class TextQuery(PlaceQuery):
    q = serializers.CharField(
        source="text", required=False, max_length=60, help_text="要找的词，两个字即可"
    )


class HandoverQuery(PlaceQuery):
    state = OneOfField(HandoverState.choices, required=False, help_text="状态")


class ExperienceQuery(serializers.Serializer):
    q = serializers.CharField(
        source="text", required=False, max_length=60, help_text="来源、做法或内容中的词，两个字即可"
    )
    adoption = OneOfField(AdoptionState.choices, required=False, help_text="采纳")


class InstructionQuery(PlaceQuery):
    state = OneOfField(InstructionState.choices, required=False, help_text="状态")


class TrainingQuery(TextQuery):
    year = serializers.IntegerField(
        required=False, min_value=1990, max_value=2100, help_text="年度"
    )


class HandoverSerializer(serializers.ModelSerializer):
    """One hand-over: who gives, why, on which day, how many businesses went."""

    cadre_name = serializers.CharField(source="cadre.name")
    reason_name = serializers.CharField(source="get_reason_display")
    state_name = serializers.CharField(source="get_state_display")

    class Meta:
        model = Handover
        fields = (
            "id", "area", "cadre", "cadre_name", "reason", "reason_name", "leaves", "on", "state",
            "state_name", "moved", "note", "made_at", "done_at",
        )  # fmt: skip


class MemberSerializer(serializers.Serializer):
    """A member's term; telephones are on the page alone."""

    role = serializers.CharField(source="get_role_display", help_text="职务")
    name = serializers.CharField(help_text="姓名")
    unit = serializers.CharField(help_text="单位")
    post = serializers.CharField(help_text="单位职务")
    from_on = serializers.DateField(help_text="起")
    to_on = serializers.DateField(help_text="止", allow_null=True)


class CoveredCountySerializer(serializers.Serializer):
    county = serializers.CharField(source="county_id", help_text="区划代码")
    from_on = serializers.DateField(help_text="起")
    to_on = serializers.DateField(help_text="止", allow_null=True)


class BodySerializer(serializers.ModelSerializer):
    """A body with the terms of its members and, of a 督导组, its counties, past ones too."""

    kind_name = serializers.CharField(source="get_kind_display")
    members = MemberSerializer(source="shown_members", many=True)
    counties = CoveredCountySerializer(source="shown_counties", many=True)

    class Meta:
        model = Body
        fields = (
            "id", "area", "kind", "kind_name", "name", "parent", "duty", "from_on", "to_on",
            "is_example", "members", "counties",
        )  # fmt: skip


class TrainingCountsSerializer(serializers.Serializer):
    """In 人, of the cadres that the caller sees."""

    all = serializers.IntegerField(help_text="参训")
    passed = serializers.IntegerField(help_text="合格")
    failed = serializers.IntegerField(help_text="不合格")
    absent = serializers.IntegerField(help_text="缺席")
    unmarked = serializers.IntegerField(help_text="未记")


class TrainingSerializer(serializers.ModelSerializer):
    counts = TrainingCountsSerializer()

    class Meta:
        model = Training
        fields = (
            "id", "area", "title", "held_on", "hours", "place", "trainer", "content", "is_example",
            "counts",
        )  # fmt: skip


class ExperienceSerializer(serializers.ModelSerializer):
    adoption_name = serializers.CharField(source="get_adoption_display")

    class Meta:
        model = Experience
        fields = (
            "id", "area", "source", "title", "practice", "link", "adoption", "adoption_name",
            "adoption_note", "is_example",
        )  # fmt: skip


class GuidanceSerializer(serializers.ModelSerializer):
    """A question of the caller's own area and its answer."""

    channel_name = serializers.CharField(source="get_channel_display")

    class Meta:
        model = Guidance
        fields = (
            "id", "area", "contact", "channel", "channel_name", "asked_at", "topic", "question",
            "answer", "answered_at", "is_shared", "is_example",
        )  # fmt: skip


class InstructionSerializer(serializers.ModelSerializer):
    state_name = serializers.CharField(source="get_state_display")

    class Meta:
        model = Instruction
        fields = (
            "id", "issuer_area", "area", "title", "body", "due_on", "state", "state_name", "answer",
            "answered_at", "note", "closed_at", "escalated_at", "issued_at", "is_example",
        )  # fmt: skip
