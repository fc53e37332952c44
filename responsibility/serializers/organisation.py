"""Meetings and papers as the API gives them."""

from rest_framework import serializers

from ..enums import DocumentKind, DocumentLevel, MeetingMode
from ..models import Document, Meeting
from .fields import AreaCodeField, OneOfField


class DocumentSerializer(serializers.ModelSerializer):
    """A paper of the library; its file is taken from the page."""

    level_name = serializers.CharField(source="get_level_display")
    kind_name = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Document
        fields = (
            "id", "area", "level", "level_name", "kind", "kind_name", "title", "document_no", "issuer",
            "issued_on", "summary", "basis_for", "version", "file_name", "is_active", "is_example",
        )  # fmt: skip


class DocumentQuery(serializers.Serializer):
    level = OneOfField(DocumentLevel.choices, required=False, help_text="层级")
    kind = OneOfField(DocumentKind.choices, required=False, help_text="类别")
    q = serializers.CharField(
        required=False, max_length=60, help_text="标题、文号或摘要中的词，两个字即可"
    )


class ActionSerializer(serializers.Serializer):
    """A task of a decision that the caller may see."""

    id = serializers.IntegerField()
    area = serializers.CharField(source="area_id", help_text="责任属地")
    owner = serializers.CharField()
    due_on = serializers.DateField(help_text="期限")
    state = serializers.CharField(help_text="open 办理中，done 已办结，closed 已销账")
    result = serializers.CharField()


class DecisionSerializer(serializers.Serializer):
    order = serializers.IntegerField(help_text="序号")
    text = serializers.CharField(help_text="议定事项")
    actions = ActionSerializer(many=True, source="shown_tasks")


class MeetingSerializer(serializers.ModelSerializer):
    """A meeting in a list."""

    mode_name = serializers.CharField(source="get_mode_display")

    class Meta:
        model = Meeting
        fields = (
            "id", "area", "title", "mode", "mode_name", "held_on", "host", "attendees", "attendance",
            "summary", "minutes_name", "is_example",
        )  # fmt: skip


class MeetingDetailSerializer(MeetingSerializer):
    """One meeting with its decisions and the tasks that the caller may see."""

    decisions = DecisionSerializer(many=True, source="shown_decisions")

    class Meta(MeetingSerializer.Meta):
        fields = (*MeetingSerializer.Meta.fields, "decisions")


class MeetingQuery(serializers.Serializer):
    area = AreaCodeField(required=False, help_text="区划代码")
    mode = OneOfField(MeetingMode.choices, required=False, help_text="形式")
    year = serializers.IntegerField(
        required=False, min_value=1990, max_value=2100, help_text="年度"
    )
