"""Pledges, letters and their long acts as the API gives and takes them."""

from rest_framework import serializers

from ..enums import CadreLevel, LetterKind
from ..models import Batch, Letter, Pledge
from ..queries import letters, pledges
from .fields import AreaCodeField, OneOfField

AREA = {"help_text": "区划代码"}


def _views(found):
    return [(key, label) for key, (label, _) in found.items()]


class PledgeSerializer(serializers.ModelSerializer):
    """A pledge in a list."""

    level_name = serializers.CharField(source="get_level_display")
    state_name = serializers.CharField(source="get_state_display")
    signed_via_name = serializers.CharField(source="get_signed_via_display", help_text="签署方式")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")

    class Meta:
        model = Pledge
        fields = (
            "id", "number", "cadre", "name", "post", "unit", "level", "level_name", "area", "area_name",
            "superior_unit", "state", "state_name", "issued_at", "due_on", "signed_on", "signed_via",
            "signed_via_name", "valid_to", "scan_name", "held_count", "resign_reason", "void_reason",
        )  # fmt: skip
        read_only_fields = fields


class PledgedEntitySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    credit_code = serializers.CharField()
    licence_no = serializers.CharField()
    address = serializers.CharField()
    category = serializers.CharField()
    grade = serializers.CharField()
    from_on = serializers.DateField(help_text="起始日期")


class PledgedTaskSerializer(serializers.Serializer):
    code = serializers.CharField()
    clause = serializers.CharField()
    cycle = serializers.CharField()
    deliverable = serializers.CharField()
    mark = serializers.CharField()


class PledgedListSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    items = PledgedTaskSerializer(many=True)


class AnnexSerializer(serializers.Serializer):
    """附件: frozen at signing; of an unsigned pledge as it would be now."""

    as_of = serializers.DateField(help_text="截至")
    entities = PledgedEntitySerializer(many=True, help_text="附件 1 责任清单")
    task_list = PledgedListSerializer(allow_null=True, help_text="附件 2 任务清单")


class PledgeDetailSerializer(PledgeSerializer):
    """One pledge with its annexes (`shown_annex`)."""

    annex = AnnexSerializer(source="shown_annex")

    class Meta(PledgeSerializer.Meta):
        fields = (*PledgeSerializer.Meta.fields, "annex")
        read_only_fields = fields


class PledgeQuery(serializers.Serializer):
    view = OneOfField(
        _views(pledges.VIEWS), default=pledges.DEFAULT_VIEW, help_text="快捷视图，默认现行"
    )
    area = AreaCodeField(required=False, **AREA)
    level = OneOfField(CadreLevel.choices, required=False, help_text="包保层级")
    q = serializers.CharField(required=False, max_length=60, help_text="姓名（开头）或编号")


class PledgesRequest(serializers.Serializer):
    """Pledges for all of an area who need one."""

    area = AreaCodeField(required=False, help_text="区划代码，默认本人属地")
    level = OneOfField(
        CadreLevel.choices, required=False, default="", help_text="包保层级，默认各级"
    )
    issue = serializers.BooleanField(default=True, help_text="生成后直接送签")


class BatchSerializer(serializers.ModelSerializer):
    """A long act: `done` of `total`."""

    kind_name = serializers.CharField(source="get_kind_display")
    state_name = serializers.CharField(source="get_state_display")

    class Meta:
        model = Batch
        fields = (
            "id", "kind", "kind_name", "area", "state", "state_name", "total", "done", "message",
            "made_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class ScanRequest(serializers.Serializer):
    """A paper signed by hand."""

    signed_on = serializers.DateField(help_text="签订日期")
    scan = serializers.FileField(help_text="扫描件：PDF 或照片（jpg、png），不超过 10 MB")


class ReasonRequest(serializers.Serializer):
    reason = serializers.CharField(max_length=120, help_text="失效原因")


class LetterSerializer(serializers.ModelSerializer):
    """A letter."""

    kind_name = serializers.CharField(source="get_kind_display")
    state_name = serializers.CharField(source="get_state_display")
    area_name = serializers.CharField(source="area.path_name", help_text="签状单位全称")

    class Meta:
        model = Letter
        fields = (
            "id", "kind", "kind_name", "year", "area", "area_name", "unit", "upper", "signer_up",
            "signer_down", "state", "state_name", "due_on", "signed_on", "scan_name", "void_reason",
        )  # fmt: skip
        read_only_fields = fields


class LetterQuery(serializers.Serializer):
    view = OneOfField(
        _views(letters.VIEWS), default=letters.DEFAULT_VIEW, help_text="快捷视图，默认全部"
    )
    area = AreaCodeField(required=False, **AREA)
    kind = OneOfField(LetterKind.choices, required=False, help_text="类别")
    year = serializers.IntegerField(
        required=False, min_value=2000, max_value=2200, help_text="年度，默认各年"
    )
    q = serializers.CharField(required=False, max_length=60, help_text="单位名称")


class LettersRequest(serializers.Serializer):
    """A year's letters for the areas of the caller."""

    year = serializers.IntegerField(min_value=2020, max_value=2100, help_text="年度")
    due_on = serializers.DateField(required=False, default=None, help_text="签订期限")


class MadeSerializer(serializers.Serializer):
    made = serializers.IntegerField(help_text="新生成(份)")


class LetterSignRequest(serializers.Serializer):
    """A letter signed by hand; the scan may be missing."""

    signed_on = serializers.DateField(help_text="签订日期")
    signer_up = serializers.CharField(
        required=False, allow_blank=True, max_length=40, default="", help_text="上级签字人"
    )
    signer_down = serializers.CharField(
        required=False, allow_blank=True, max_length=40, default="", help_text="签字人"
    )
    scan = serializers.FileField(
        required=False, help_text="扫描件：PDF 或照片（jpg、png），不超过 10 MB"
    )
