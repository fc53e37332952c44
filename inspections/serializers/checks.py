"""督查 rounds, findings and campaigns as the API gives them."""

from rest_framework import serializers

from ..enums import CheckLevel, CheckState, FindingState
from ..models import Campaign, CheckFinding, CheckItemResult, CheckRound, CheckSample, CheckStratum


class CheckRoundSerializer(serializers.ModelSerializer):
    """A round in a list."""

    level_name = serializers.CharField(source="get_level_display")
    state_name = serializers.CharField(source="get_state_display")
    owner_name = serializers.CharField(source="owner.name", help_text="督查单位")
    target_name = serializers.CharField(source="target.path_name", help_text="督查对象")

    class Meta:
        model = CheckRound
        fields = (
            "id", "level", "level_name", "year", "number", "owner", "owner_name", "target",
            "target_name", "team_name", "starts_on", "ends_on", "state", "state_name", "seed",
            "frame_at", "drawn_at", "issued_at", "due_on", "closed_at",
        )  # fmt: skip
        read_only_fields = fields


class CheckStratumSerializer(serializers.ModelSerializer):
    class Meta:
        model = CheckStratum
        fields = ("kind", "key", "quota", "frame")
        read_only_fields = fields


class CheckItemSerializer(serializers.ModelSerializer):
    """One item's result."""

    code = serializers.CharField(source="item.code")
    name = serializers.SerializerMethodField()
    verdict_name = serializers.CharField(source="get_verdict_display")

    class Meta:
        model = CheckItemResult
        fields = ("code", "name", "verdict", "verdict_name", "score", "most", "seen", "checked_at")
        read_only_fields = fields

    def get_name(self, row) -> str:
        return row.item.heading or row.item.clause


class CheckSampleSerializer(serializers.ModelSerializer):
    """One drawn business or cadre; `rank` is its place in the order of the seed."""

    name = serializers.SerializerMethodField()

    class Meta:
        model = CheckSample
        fields = (
            "id", "kind", "stratum", "rank", "entity", "cadre", "name", "area", "is_replaced",
            "replace_reason", "grade_verdict", "right_grade", "cadre_known", "came_on", "officers",
            "daily", "weekly", "monthly", "call_verdict", "note", "checked_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_name(self, row) -> str:
        return (row.entity or row.cadre).name


class CheckRoundDetailSerializer(CheckRoundSerializer):
    """One round with its strata, items and drawn rows."""

    strata = CheckStratumSerializer(many=True, source="all_strata")
    items = CheckItemSerializer(many=True, source="all_items")
    samples = CheckSampleSerializer(many=True, source="all_samples")

    class Meta(CheckRoundSerializer.Meta):
        fields = (*CheckRoundSerializer.Meta.fields, "method", "strata", "items", "samples")
        read_only_fields = fields


class CheckFindingSerializer(serializers.ModelSerializer):
    """A finding of a round whose letter is out."""

    state_name = serializers.CharField(source="get_state_display")
    item = serializers.CharField(source="result.item.code", default="")
    target = serializers.CharField(source="check_round.target_id", help_text="被督查单位")

    class Meta:
        model = CheckFinding
        fields = (
            "id", "check_round", "target", "item", "text", "due_on", "state", "state_name", "answer",
            "answered_at", "review_note", "reviewed_at",
        )  # fmt: skip
        read_only_fields = fields


class CampaignSerializer(serializers.ModelSerializer):
    """A campaign of the dictionary."""

    class Meta:
        model = Campaign
        fields = ("id", "name", "content", "order", "from_on", "to_on", "is_active", "is_example")
        read_only_fields = fields


class CheckQuery(serializers.Serializer):
    level = serializers.ChoiceField(CheckLevel.choices, required=False, help_text="层级")
    state = serializers.ChoiceField(CheckState.choices, required=False, help_text="阶段")
    area = serializers.RegexField("^[0-9A-Za-z]{4,12}$", required=False, help_text="区划代码")
    year = serializers.IntegerField(
        required=False, min_value=1990, max_value=2100, help_text="年度"
    )


class FindingQuery(serializers.Serializer):
    state = serializers.ChoiceField(FindingState.choices, required=False, help_text="状态")
    check_round = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="轮次编号"
    )
