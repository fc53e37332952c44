"""Lists and dated to-dos as the API gives them."""

from rest_framework import serializers

from ..enums import Cycle, DutyCloser, DutyOwner, Mark
from ..models import Duty, ListDocument, ListItem
from ..rules.periods import period_words
from .fields import OneOfField


class ListItemSerializer(serializers.ModelSerializer):
    """A line of a list; `marks` = {level: full (●) | assist (○)}."""

    core_task = serializers.CharField(source="core_task.name", default="")
    stage = serializers.CharField(source="stage.name", default="")

    class Meta:
        model = ListItem
        fields = (
            "id", "code", "heading", "clause", "standard", "cycle", "deliverable", "owner",
            "closed_by", "mark", "marks", "core_task", "stage", "revision",
        )  # fmt: skip
        read_only_fields = fields


class ListItemRequest(serializers.Serializer):
    """A line of a draft. `marks` names the levels that carry it; the list's own level must be among them."""

    code = serializers.CharField(max_length=10, help_text="代码，如 J1")
    heading = serializers.CharField(max_length=60, required=False, allow_blank=True)
    clause = serializers.CharField(max_length=300, help_text="内容")
    standard = serializers.CharField(max_length=300, required=False, allow_blank=True)
    cycle = OneOfField(Cycle.choices, required=False, allow_blank=True, help_text="任务清单必填")
    deliverable = serializers.CharField(max_length=120, required=False, allow_blank=True)
    owner = OneOfField(DutyOwner.choices, required=False, help_text="任务清单必填")
    closed_by = OneOfField(
        DutyCloser.choices, required=False, allow_blank=True, help_text="自动办结"
    )
    core_task = serializers.IntegerField(required=False, allow_null=True, help_text="核心任务编号")
    stage = serializers.IntegerField(required=False, allow_null=True, help_text="推进阶段编号")
    marks = serializers.DictField(
        child=OneOfField(Mark.choices),
        allow_empty=False,
        help_text="层级 → full（●）或 assist（○）",
    )


class ListItemChangeRequest(ListItemRequest):
    """The whole line anew, seen at `revision`."""

    revision = serializers.IntegerField(min_value=1, max_value=10**9, help_text="读取时的版次")


class ListIssueRequest(serializers.Serializer):
    effective_from = serializers.DateField(help_text="生效日期")
    document_no = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        default="",
        help_text="单位印发的文号，没有为空",
    )
    verified = serializers.BooleanField(
        default=False, help_text="内容已经本单位核定，不再标注“示例”"
    )


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
