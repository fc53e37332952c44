"""两员与日周月 as the API gives and takes them."""

from rest_framework import serializers

from entities.serializers import MaskedPhone

from ..enums import SafetyPost
from ..models import EntityCompliance, SafetyPerson
from ..rules.enterprise import PHONE, names_in


class SafetyPersonSerializer(serializers.ModelSerializer):
    """Somebody appointed; the phone always masked, no ID number."""

    post_name = serializers.CharField(source="get_post_display")
    entity_name = serializers.CharField(source="entity.name")
    area = serializers.CharField(source="entity.area_id", help_text="属地代码")
    phone = MaskedPhone(help_text="电话，中间四位不显示")

    class Meta:
        model = SafetyPerson
        fields = (
            "id", "entity", "entity_name", "area", "post", "post_name", "name", "phone",
            "duty_scope", "appointed_on", "ended_on", "end_reason", "source", "created_at",
            "revision",
        )  # fmt: skip
        read_only_fields = fields


class NewSafetyPersonSerializer(serializers.Serializer):
    """A new appointment."""

    entity = serializers.IntegerField(min_value=1, help_text="主体编号")
    post = serializers.ChoiceField(choices=SafetyPost.choices)
    name = serializers.CharField(max_length=40)
    phone = serializers.RegexField(
        PHONE.pattern.join(("^", "$")), max_length=40, required=False, allow_blank=True
    )
    duty_scope = serializers.CharField(max_length=200, required=False, allow_blank=True)
    appointed_on = serializers.DateField(required=False, allow_null=True)

    def validate_name(self, value):
        if names_in(value) != (value,):
            raise serializers.ValidationError("请写一个人的姓名，不带数字。")
        return value


class ControlLookSerializer(serializers.Serializer):
    """Where one control stands after the newest look."""

    state = serializers.CharField(
        help_text="absent 未建立、built 已建立、verified 已核实、failed 不落实、na 不涉及"
    )
    on = serializers.DateField(help_text="查看日期")
    last_on = serializers.DateField(allow_null=True, help_text="最近一份记录的日期")


class ComplianceSerializer(serializers.ModelSerializer):
    """What one business must have and has."""

    entity_name = serializers.CharField(source="entity.name")
    licence_no = serializers.CharField(source="entity.licence_no")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    need_director = serializers.BooleanField(allow_null=True, help_text="应配总监；空为缺事实")
    need_officer = serializers.BooleanField(allow_null=True, help_text="应配安全员；空为缺事实")
    director_rule = serializers.CharField(
        source="director_rule.title", default="", help_text="依据"
    )
    officer_rule = serializers.CharField(source="officer_rule.title", default="", help_text="依据")
    controls = serializers.DictField(
        child=ControlLookSerializer(), help_text="制度代码 → 最近一次查看"
    )

    class Meta:
        model = EntityCompliance
        fields = (
            "entity", "entity_name", "licence_no", "area", "area_name", "category",
            "need_director", "director_rule", "need_officer", "officer_rule", "missing",
            "directors", "officers", "is_exam_due", "is_hours_short", "is_proposed", "failing",
            "controls", "checked_on",
        )  # fmt: skip
        read_only_fields = fields
