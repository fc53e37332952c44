"""工作提示 as the API gives them."""

from rest_framework import serializers

from ..models import Notice, NoticeTarget
from .fields import OneOfField


class TargetSerializer(serializers.ModelSerializer):
    """What one area signed and answered; only areas that the caller sees."""

    area_name = serializers.CharField(source="area.name")

    class Meta:
        model = NoticeTarget
        fields = (
            "area",
            "area_name",
            "received_at",
            "answered_at",
            "answer",
            "file_name",
            "reminders",
        )
        read_only_fields = fields


class NoticeSerializer(serializers.ModelSerializer):
    """A notice in a list, with the counts of the areas that the caller sees."""

    state_name = serializers.CharField(source="get_state_display")
    sent = serializers.IntegerField(help_text="下发(个)")
    received = serializers.IntegerField(help_text="已签收(个)")
    answered = serializers.IntegerField(help_text="已反馈(个)")

    class Meta:
        model = Notice
        fields = (
            "id", "area", "number", "title", "topic", "state", "state_name", "needs_answer", "due_at",
            "issued_at", "sent", "received", "answered", "is_example",
        )  # fmt: skip
        read_only_fields = fields


class NoticeDetailSerializer(NoticeSerializer):
    """One notice with its words and what came back."""

    files = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    targets = TargetSerializer(source="shown_targets", many=True)

    class Meta(NoticeSerializer.Meta):
        fields = (
            *NoticeSerializer.Meta.fields, "body", "action_required", "withdraw_reason", "files",
            "targets",
        )  # fmt: skip
        read_only_fields = fields


class NoticeQuery(serializers.Serializer):
    view = OneOfField([("open", "没办完")], required=False, help_text="只要没办完的")
