"""Areas as the API gives them."""

from rest_framework import serializers

from .enums import Level
from .models import Area


class AreaSerializer(serializers.ModelSerializer):
    level_name = serializers.CharField(source="get_level_display", help_text="层级名称")

    class Meta:
        model = Area
        fields = ("code", "name", "level", "level_name", "kind", "parent")
        read_only_fields = fields


class AreaQuery(serializers.Serializer):
    parent = serializers.CharField(required=False, max_length=12, help_text="上级代码")
    level = serializers.ChoiceField(Level.choices, required=False, help_text="层级")
