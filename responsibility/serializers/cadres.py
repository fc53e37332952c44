"""Cadres and changes as the API gives them."""

from rest_framework import serializers

from entities.serializers import MaskedNote, MaskedPhone
from jiamusi_foodsafety.kit.phones import mask_phone

from ..models import Cadre, Change


class CadreSerializer(serializers.ModelSerializer):
    """A cadre in a list: phones always masked."""

    level_name = serializers.CharField(source="get_level_display")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    phone = MaskedPhone(help_text="电话，中间四位不显示")
    liaison_phone = MaskedPhone()
    note = MaskedNote()
    username = serializers.CharField(source="user.username", default="", help_text="账号；没有为空")
    held = serializers.IntegerField(help_text="在包(家)")
    most = serializers.IntegerField(allow_null=True, help_text="上限(家)")
    pledge_state = serializers.CharField(help_text="最近一份承诺书的状态；没有为空")

    class Meta:
        model = Cadre
        fields = (
            "id", "name", "post", "unit", "level", "level_name", "area", "area_name", "phone",
            "liaison_unit", "liaison_name", "liaison_phone", "in_post_from", "in_post_to", "is_in_post",
            "leave_reason", "username", "held", "most", "pledge_state", "note", "updated_at", "revision",
        )  # fmt: skip
        read_only_fields = fields


class CadreDetailSerializer(CadreSerializer):
    """One cadre; his own phone is whole for those who may see it (`full_phones` in the context)."""

    phone = serializers.SerializerMethodField(help_text="电话；无权看全号的，中间四位不显示")
    liaison_phone = serializers.SerializerMethodField()

    def get_phone(self, cadre) -> str:
        return self._phone(cadre, "phone")

    def get_liaison_phone(self, cadre) -> str:
        return self._phone(cadre, "liaison_phone")

    def _phone(self, cadre, name):
        full = self.context.get("full_phones")
        if full is not None:
            return full[name]
        number = getattr(cadre, name)
        return mask_phone(number) if number else ""


class ChangeLineSerializer(serializers.ModelSerializer):
    """A line of the 变更台账."""

    kind_name = serializers.CharField(source="get_kind_display")
    area_name = serializers.CharField(source="area.path_name", help_text="属地全称")
    entity_name = serializers.CharField(source="entity.name", default="")
    cadre_name = serializers.CharField(source="cadre.name", default="")
    recorded_by = serializers.CharField(source="recorded_by.get_full_name", default="系统")

    class Meta:
        model = Change
        fields = (
            "id", "kind", "kind_name", "area", "area_name", "entity", "entity_name", "cadre",
            "cadre_name", "before", "after", "note", "happened_on", "recorded_at", "recorded_by",
            "report_due_on", "adjust_due_on", "adjusted_on",
        )  # fmt: skip
        read_only_fields = fields
