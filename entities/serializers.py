"""The register and its uploads as the API gives and takes them."""

from rest_framework import serializers

from .enums import Stage, UploadMode, UploadState
from .ledger.columns import COLUMNS
from .models import Entity, LedgerFinding, LedgerUpload
from .rules import mask_numbers, mask_phone

MODES = [(mode.value, mode.label) for mode in UploadMode]
FIELD_KEYS = [(column.key, column.heading) for column in COLUMNS]
# What a person may change of a business by the API; status and grades go through reviews.
EDITABLE = (
    "name", "credit_code", "licence_no", "issued_on", "expires_on", "is_permanent",
    "legal_person", "phone", "area", "address", "category", "form", "season_from_month",
    "season_to_month", "floor_area", "seats", "diners", "annual_output", "staff_count", "supervisor",
    "risk_grade", "surveyed_on", "surveyed_by", "safety_director", "safety_officer", "cadre_name",
    "cadre_post", "cadre_phone", "cadre_level", "note",
)  # fmt: skip


class MaskedPhone(serializers.CharField):
    """138****5678."""

    def to_representation(self, value):
        return mask_phone(value) if value else ""


class MaskedNote(serializers.CharField):
    """A remark with the telephone numbers in it masked."""

    def to_representation(self, value):
        return mask_numbers(value)


class EntitySerializer(serializers.ModelSerializer):
    """A business in a list: phones always masked."""

    phone = MaskedPhone(read_only=True, help_text="联系电话，中间四位不显示")
    cadre_phone = MaskedPhone(read_only=True)
    note = MaskedNote(read_only=True, help_text="备注，其中的电话中间四位不显示")
    area_name = serializers.SerializerMethodField(help_text="属地全称")
    category_name = serializers.CharField(source="category.name", read_only=True)
    status_name = serializers.CharField(source="get_status_display", read_only=True)

    class Meta:
        model = Entity
        fields = (
            "id", "name", "credit_code", "licence_no", "licence_kind", "issued_on", "expires_on",
            "is_permanent", "legal_person", "phone", "area", "area_name", "area_text", "address",
            "category", "category_name", "form", "floor_area", "seats", "diners", "annual_output",
            "staff_count", "status", "status_name", "season_from_month", "season_to_month", "grade",
            "grade_source", "grade_reason", "suggested_grade", "risk_grade", "station_text",
            "supervisor", "surveyed_on", "surveyed_by", "safety_director", "safety_officer",
            "cadre_name", "cadre_post", "cadre_phone", "cadre_level", "note", "doubts", "updated_at",
            "revision",
        )  # fmt: skip
        read_only_fields = fields

    def get_area_name(self, entity) -> str:
        names, area = [], entity.area
        while area is not None:
            names.append(area.name)
            area = area.parent
        return "".join(reversed(names))


class EntityDetailSerializer(EntitySerializer):
    """One business; its own phone is whole for those who may see it (`full_phone` in the context)."""

    phone = serializers.SerializerMethodField(help_text="联系电话；无权看全号的，中间四位不显示")

    def get_phone(self, entity) -> str:
        full = self.context.get("full_phone")
        return full if full is not None else mask_phone(entity.phone)


class EntityPatch(serializers.ModelSerializer):
    """A change of one business seen at `revision`; fields that are not listed are not looked at."""

    revision = serializers.IntegerField(
        write_only=True, min_value=0, max_value=2**31 - 1, help_text="读取时的版次"
    )
    area = serializers.CharField(max_length=12, required=False)
    category = serializers.CharField(max_length=20, required=False)

    class Meta:
        model = Entity
        fields = (*EDITABLE, "revision")
        validators = ()
        extra_kwargs = {name: {"required": False, "validators": []} for name in ("licence_no",)}

    def get_fields(self):
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "revision"
        return fields


class ChangeSerializer(serializers.Serializer):
    field = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class MomentSerializer(serializers.Serializer):
    """One entry of a business's history."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    note = serializers.CharField(help_text="谁，由哪次上传")
    upload_id = serializers.IntegerField(allow_null=True)
    changes = ChangeSerializer(many=True)


class HistorySerializer(serializers.Serializer):
    has_more = serializers.BooleanField(help_text="还有更早的")
    results = MomentSerializer(many=True)


class HistoryQuery(serializers.Serializer):
    limit = serializers.IntegerField(min_value=1, max_value=500, default=50, help_text="最多几条")


class UploadRequest(serializers.Serializer):
    """A ledger file."""

    file = serializers.FileField(
        allow_empty_file=True,
        max_length=None,
        help_text="台账文件：xlsx、xls、et、xlsb、ods、csv，不超过 20 MB",
    )
    mode = serializers.ChoiceField(
        MODES, default=UploadMode.PARTIAL.value, help_text="partial 增量（默认）、full 全量"
    )
    area = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=12,
        help_text="以哪个县(市、区)的名义，默认本人属地",
    )


class UploadSerializer(serializers.ModelSerializer):
    """An upload: where it stands, what it would change, what is wrong."""

    url = serializers.HyperlinkedIdentityField(
        view_name="api:ledger-upload-detail", help_text="查询状态的地址"
    )
    area_name = serializers.CharField(source="area.name", read_only=True)
    uploaded_by = serializers.SerializerMethodField(help_text="上传人")
    state = serializers.ChoiceField(UploadState.choices, read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    stage = serializers.ChoiceField(Stage.choices, read_only=True)
    progress = serializers.DictField(read_only=True, help_text="本步骤已查行数 done、总行数 total")
    columns = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text="字段 → 表头"
    )
    findings = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="问题代码 → 个数"
    )
    seconds = serializers.DictField(
        child=serializers.FloatField(), read_only=True, help_text="步骤 → 秒"
    )

    class Meta:
        model = LedgerUpload
        fields = (
            "url", "id", "reference", "area", "area_name", "mode", "channel", "filename", "size",
            "sha256", "state", "state_name", "stage", "progress", "code", "message", "columns",
            "findings", "seconds", "rows", "new", "changed", "unchanged", "refused_rows",
            "warned_rows", "renewals", "missing", "conflicts", "restored", "kept", "uploaded_by",
            "created_at", "ready_at", "confirmed_at", "applied_at", "undone_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_uploaded_by(self, upload) -> str:
        return upload.uploaded_by.get_full_name() if upload.uploaded_by else "系统"


class NoticeField(serializers.ListField):
    child = serializers.JSONField()


class UploadDetailSerializer(UploadSerializer):
    """One upload, with its sheets, its columns in question and its notices."""

    sheets = NoticeField(read_only=True, help_text="读取的工作表")
    unmatched = NoticeField(read_only=True, help_text="没有对应上的列")
    unsure = NoticeField(read_only=True, help_text="不能确定的列和可选字段")
    notices = NoticeField(read_only=True, help_text="提示")

    class Meta(UploadSerializer.Meta):
        fields = (*UploadSerializer.Meta.fields, "sheets", "unmatched", "unsure", "notices")
        read_only_fields = fields


class UploadQuery(serializers.Serializer):
    state = serializers.ChoiceField(UploadState.choices, required=False, help_text="状态")


class FindingQuery(serializers.Serializer):
    code = serializers.RegexField(
        r"^([RW]|[RW]_[A-Z_]{1,17})$",
        required=False,
        help_text="R 拒收、W 提示，或一个代码如 R_DUP",
    )


class FindingSerializer(serializers.ModelSerializer):
    """One finding: sheet, row as Excel shows it, index (n-th data row), column, value, what to do."""

    class Meta:
        model = LedgerFinding
        fields = ("id", "sheet", "row", "index", "column", "value", "code", "message")
        read_only_fields = fields


class ColumnsRequest(serializers.Serializer):
    """Which field each heading is; an empty field leaves the column alone."""

    choices = serializers.DictField(
        child=serializers.ChoiceField([("", "不导入"), *FIELD_KEYS], allow_blank=True),
        allow_empty=False,
        help_text="表头 → 字段（空 = 不导入）",
    )
    remember = serializers.BooleanField(default=False, help_text="记住，下次本县台账照此对应")


class RenewalsRequest(serializers.Serializer):
    """What each offered renewal is, by the index of its row."""

    choices = serializers.DictField(
        child=serializers.ChoiceField(
            [("renew", "换证"), ("new", "另一张证"), ("", "不写入")], allow_blank=True
        ),
        allow_empty=False,
        help_text="数据行序号 → renew 换证、new 另一张证、空 = 不写入",
    )

    def validate_choices(self, choices):
        if not all(index.isdecimal() and len(index) < 10 for index in choices):
            raise serializers.ValidationError("数据行序号应为数字。")
        return {int(index): choice for index, choice in choices.items()}


class ConfirmRequest(serializers.Serializer):
    sure = serializers.BooleanField(
        default=False, help_text="全量台账缺失过多时，表示已核对确是全县台账"
    )
