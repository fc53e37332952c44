"""Uploads of cadre ledgers as the API gives and takes them: the ledger's own, without renewals."""

from rest_framework import serializers

from entities.serializers import (
    FindingSerializer,
    UploadDetailSerializer,
    UploadSerializer,
)

from ..ledger.columns import COLUMNS
from ..models import CadreFinding, CadreUpload

FIELD_KEYS = [(column.key, column.heading) for column in COLUMNS]


def _without_renewals(fields):
    return tuple(name for name in fields if name != "renewals")


class CadreUploadSerializer(UploadSerializer):
    """An upload of a cadre ledger: where it stands, what it would change, what is wrong."""

    url = serializers.HyperlinkedIdentityField(
        view_name="api:cadre-upload-detail", help_text="查询状态的地址"
    )

    class Meta:
        model = CadreUpload
        fields = read_only_fields = _without_renewals(UploadSerializer.Meta.fields)


class CadreUploadDetailSerializer(UploadDetailSerializer):
    """One upload, with its sheets, its columns in question and its notices."""

    url = serializers.HyperlinkedIdentityField(
        view_name="api:cadre-upload-detail", help_text="查询状态的地址"
    )

    class Meta:
        model = CadreUpload
        fields = read_only_fields = _without_renewals(UploadDetailSerializer.Meta.fields)


class CadreFindingSerializer(FindingSerializer):
    """One finding in a cadre ledger."""

    class Meta(FindingSerializer.Meta):
        model = CadreFinding


class CadreColumnsRequest(serializers.Serializer):
    """Which field each heading is; an empty field leaves the column alone."""

    choices = serializers.DictField(
        child=serializers.ChoiceField([("", "不导入"), *FIELD_KEYS], allow_blank=True),
        allow_empty=False,
        help_text="表头 → 字段（空 = 不导入）",
    )
    remember = serializers.BooleanField(default=False, help_text="记住，下次本县名册照此对应")
