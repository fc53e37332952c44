"""Visits, due visits and lists as the API gives and takes them."""

from rest_framework import serializers

from entities.serializers import MaskedNote

from ..enums import Answer, VisitKind, VisitMode
from ..models import Checklist, ChecklistItem, DueVisit, Visit


class VisitSerializer(serializers.ModelSerializer):
    """A visit, or the record of a suspension."""

    entity_name = serializers.CharField(source="entity.name", help_text="主体名称")
    licence_no = serializers.CharField(source="entity.licence_no", help_text="许可证编号")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    cadre_name = serializers.CharField(source="cadre.name", help_text="包保干部")
    note = MaskedNote(help_text="备注，其中的电话中间四位不显示")

    class Meta:
        model = Visit
        fields = (
            "id", "key", "entity", "entity_name", "licence_no", "area", "area_name", "cadre",
            "cadre_name", "level", "grade", "kind", "mode", "must_be_on_site", "checklist", "due",
            "checked", "wrong", "visited_on", "started_at", "finished_at", "received_at", "contact",
            "note", "is_void", "void_reason",
        )  # fmt: skip
        read_only_fields = fields


class FoundSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="编号")
    item_code = serializers.CharField(help_text="清单代码")
    title = MaskedNote(help_text="问题，其中的电话中间四位不显示")
    state = serializers.CharField(help_text="状态")


class VisitDetailSerializer(VisitSerializer):
    """A visit with its answers and problems."""

    problems = FoundSerializer(many=True)

    class Meta(VisitSerializer.Meta):
        fields = (*VisitSerializer.Meta.fields, "answers", "problems")
        read_only_fields = fields


class SentProblem(serializers.Serializer):
    key = serializers.RegexField("^[0-9a-f]{32}$", help_text="手机生成的编号")
    item = serializers.CharField(help_text="清单代码，该项须填否")
    title = serializers.CharField(max_length=120)
    detail = serializers.CharField(max_length=500, required=False, allow_blank=True)
    kind = serializers.CharField(help_text="问题类别代码")
    on_spot = serializers.BooleanField(required=False, help_text="已当场改正")
    photos = serializers.ListField(child=serializers.CharField(), required=False)


class VisitRequest(serializers.Serializer):
    """What a phone sends; the service reads it by itself, this only describes it."""

    key = serializers.RegexField("^[0-9a-f]{32}$", help_text="手机生成的编号，重发用同一个")
    entity = serializers.IntegerField(help_text="主体编号")
    checklist = serializers.IntegerField(required=False, allow_null=True, help_text="清单编号")
    kind = serializers.ChoiceField(VisitKind.choices, required=False)
    mode = serializers.ChoiceField(VisitMode.choices, required=False)
    started_at = serializers.DateTimeField(help_text="手机时间，带时区")
    finished_at = serializers.DateTimeField(help_text="手机时间，带时区")
    answers = serializers.DictField(
        child=serializers.ChoiceField(Answer.choices), required=False, help_text="清单代码 → 结果"
    )
    problems = SentProblem(many=True, required=False, help_text="每个“否”一个")
    controls = serializers.DictField(required=False, help_text="日管控等制度的落实情况")
    photos = serializers.ListField(child=serializers.CharField(), required=False)
    contact = serializers.CharField(max_length=40, required=False, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    campaigns = serializers.ListField(child=serializers.IntegerField(), required=False)


class StoredProblem(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    url = serializers.CharField()


class VisitStored(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.CharField(help_text="记录的页面")
    paper_url = serializers.CharField(help_text="给主体留存的任务清单")
    was_new = serializers.BooleanField(help_text="这一次存下的；否则早已收到")
    problems = StoredProblem(many=True)


class RefusedSerializer(serializers.Serializer):
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class PhotoRequest(serializers.Serializer):
    key = serializers.RegexField("^[0-9a-f]{32}$", help_text="手机生成的编号，重发用同一个")
    file = serializers.FileField(help_text="JPEG、PNG 或 WebP，不超过 2 MB")


class PhotoStored(serializers.Serializer):
    key = serializers.CharField()
    was_new = serializers.BooleanField()


class VisitQuery(serializers.Serializer):
    area = serializers.RegexField("^[0-9A-Za-z]{4,12}$", required=False, help_text="区划代码")
    entity = serializers.IntegerField(required=False, help_text="主体编号")
    cadre = serializers.IntegerField(required=False, help_text="干部编号")
    first = serializers.DateField(required=False, help_text="督导日期起")
    last = serializers.DateField(required=False, help_text="督导日期止")
    view = serializers.ChoiceField(
        ["valid", "wrong", "suspended", "void"], required=False, help_text="默认为有效的督导"
    )


class ChecklistItemSerializer(serializers.ModelSerializer):
    """An item; `categories` empty: for every business, else only for these types."""

    categories = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = ChecklistItem
        fields = (
            "code", "heading", "text", "way", "na_allowed", "categories", "phrases", "problem_kind",
            "control",
        )  # fmt: skip
        read_only_fields = fields


class ChecklistSerializer(serializers.ModelSerializer):
    """A version of a list."""

    class Meta:
        model = Checklist
        fields = (
            "id", "level", "version", "title", "state", "effective_from", "effective_to",
            "is_example",
        )  # fmt: skip
        read_only_fields = fields


class ChecklistDetailSerializer(ChecklistSerializer):
    items = ChecklistItemSerializer(source="items_in_order", many=True)

    class Meta(ChecklistSerializer.Meta):
        fields = (*ChecklistSerializer.Meta.fields, "items")
        read_only_fields = fields


class OpenProblem(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    item_code = serializers.CharField()
    title = serializers.CharField()
    is_repeat = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True)


class DueVisitSerializer(serializers.ModelSerializer):
    """A line of a due list, with what a phone needs to fill the visit without network."""

    entity_name = serializers.CharField(source="entity.name", help_text="主体名称")
    address = serializers.CharField(source="entity.address", help_text="经营地址")
    category = serializers.CharField(source="entity.category_id", help_text="主体类别代码")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    period_name = serializers.CharField(source="period.name", help_text="周期")
    cadre_name = serializers.CharField(source="cadre.name", default="", help_text="包保干部")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="排在前面的缘由")
    checklist = serializers.IntegerField(allow_null=True, help_text="适用清单编号")
    last_answers = serializers.DictField(help_text="上次逐项结果")
    open_problems = OpenProblem(many=True, help_text="未结问题")

    class Meta:
        model = DueVisit
        fields = (
            "id", "entity", "entity_name", "address", "category", "area", "area_name", "cadre",
            "cadre_name", "level", "grade", "period_name", "starts_on", "due_on", "needs", "done",
            "state", "reason", "must_be_on_site", "last_visit_on", "reasons", "checklist",
            "last_answers", "open_problems",
        )  # fmt: skip
        read_only_fields = fields
