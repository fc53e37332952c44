"""Lists and dated to-dos as the API gives them."""

from rest_framework import serializers

from ..models import Duty, ListDocument, ListItem
from ..rules.periods import period_words


class ListItemSerializer(serializers.ModelSerializer):
    """A line of a list; `marks` = {level: full (●) | assist (○)}."""

    core_task = serializers.CharField(source="core_task.name", default="")
    stage = serializers.CharField(source="stage.name", default="")

    class Meta:
        model = ListItem
        fields = (
            "code", "heading", "clause", "standard", "cycle", "deliverable", "owner", "mark",
            "marks", "core_task", "stage",
        )  # fmt: skip
        read_only_fields = fields


class ListSerializer(serializers.ModelSerializer):
    """A version of a list."""

    class Meta:
        model = ListDocument
        fields = (
            "id", "kind", "level", "version", "title", "document_no", "state", "effective_from",
            "effective_to", "is_example", "issued_at",
        )  # fmt: skip
        read_only_fields = fields


class ListDetailSerializer(ListSerializer):
    """A version with its lines (`items_in_order`)."""

    items = ListItemSerializer(source="items_in_order", many=True)

    class Meta(ListSerializer.Meta):
        fields = (*ListSerializer.Meta.fields, "items")
        read_only_fields = fields


class DutySerializer(serializers.ModelSerializer):
    """A dated to-do."""

    task = serializers.SerializerMethodField(help_text="任务")
    level = serializers.CharField(source="item.document.level", help_text="层级")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    cadre_name = serializers.CharField(
        source="cadre.name", default="", help_text="包保干部；属地单位办的为空"
    )
    period_name = serializers.SerializerMethodField(help_text="周期")
    done_by = serializers.CharField(source="done_by.get_full_name", default="")

    class Meta:
        model = Duty
        fields = (
            "id", "code", "task", "level", "area", "area_name", "cadre", "cadre_name", "period",
            "period_name", "starts_on", "due_on", "state", "done_at", "done_by", "note",
            "file_name", "revision",
        )  # fmt: skip
        read_only_fields = fields

    def get_task(self, duty) -> str:
        return duty.item.heading or duty.item.clause

    def get_period_name(self, duty) -> str:
        return period_words(duty.period)
