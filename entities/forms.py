"""Shapes of input on the register's screens; nothing here saves."""

import secrets
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area, Station
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from jiamusi_foodsafety.kit.ledger.clean import tidy

from .enums import OBLIGED, PROPOSABLE, Grade, ProposalKind, Status
from .ledger.check import address_key, check_credit_code, check_licence
from .models import Entity
from .rules import (
    is_small_business,
    mask_id_cards,
    mask_numbers,
    mask_phone,
    split_phones,
    unmask_numbers,
)
from .services.screening import RESTORABLE

MAX_EVIDENCE = 10 * 1024 * 1024
# What the first bytes of a photo or a scan look like.
EVIDENCE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-")
GRADE_CHOICES = [("", "请选择"), *[(grade, label) for grade, label in Grade.choices if grade]]


PHONES = ("phone", "cadre_phone")


class DayField(forms.DateField):
    """A day, by the browser's own picker."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        words = {"invalid": "日期读不懂，请写成 2027-11-05 这样的日期。"}
        kwargs["error_messages"] = words | (kwargs.get("error_messages") or {})
        super().__init__(**kwargs)


class AreaChoiceField(forms.ModelChoiceField):
    """A town or village of one county, villages behind their town's name."""

    def label_from_instance(self, area):
        if area.level == Level.VILLAGE and area.parent:
            return f"{area.parent.name} {area.name}"
        return area.name


class EntityForm(HouseModelForm):
    """One business by hand. `user` limits the areas; the county of `area` gives its towns."""

    FIELDSETS = (
        ("身份与许可", ("name", "credit_code", "licence_no", "issued_on", "expires_on",
                    "is_permanent", "legal_person", "phone")),
        ("属地与类别", ("area", "address", "category", "form", "status",
                    "season_from_month", "season_to_month")),
        ("规模", ("floor_area", "seats", "diners", "annual_output", "staff_count")),
        ("监管", ("station_override", "supervisor", "risk_grade", "surveyed_on", "surveyed_by",
                "safety_director", "safety_officer")),
        ("包保干部（台账）", ("cadre_name", "cadre_post", "cadre_phone", "cadre_level")),
        ("其他", ("note",)),
    )  # fmt: skip

    area = AreaChoiceField(label="属地", queryset=Area.objects.none(), empty_label="请选择")

    class Meta:
        model = Entity
        fields = (
            "name", "credit_code", "licence_no", "issued_on", "expires_on", "is_permanent",
            "legal_person", "phone", "area", "address", "category", "form", "status",
            "season_from_month", "season_to_month", "floor_area", "seats", "diners",
            "annual_output", "staff_count", "station_override", "supervisor", "risk_grade",
            "surveyed_on", "surveyed_by", "safety_director", "safety_officer", "cadre_name",
            "cadre_post", "cadre_phone", "cadre_level", "note",
        )  # fmt: skip
        field_classes = {"issued_on": DayField, "expires_on": DayField, "surveyed_on": DayField}
        widgets = {
            "issued_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "surveyed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "form": forms.TextInput(attrs={"list": "form-words"}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "credit_code": "18 位；小作坊、小餐饮、小食杂、小摊点可以不填",
            "licence_no": "JY、SC、YB 加 14 位数字；三小填登记证号",
            "season_from_month": "季节性经营才填，1–12",
            "phone": "要改就填新的完整号码，不改则不动",
            "diners": "单位食堂、学校幼儿园食堂须填，用于定级",
            "annual_output": "食品生产企业须填，用于定级",
        }

    def __init__(self, *args, user, area: str, **kwargs):
        super().__init__(*args, **kwargs)
        # A whole number is shown only by asking for it (each look is recorded): here it is masked, and
        # what comes back masked is unchanged.
        for field in PHONES:
            number = getattr(self.instance, field)
            if number and self.initial[field] == number:
                self.initial[field] = mask_phone(number)
        if self.instance.note and self.initial["note"] == self.instance.note:
            self.initial["note"] = mask_numbers(self.instance.note)
        towns = Area.objects.visible_to(user).active().within(area[:6])
        self.fields["area"].queryset = towns.select_related("parent").order_by("code")
        stations = Station.objects.filter(county=area[:6], is_active=True).order_by("pk")
        self.fields["station_override"].queryset = stations
        self.fields["station_override"].empty_label = "按属地"
        current = self.instance.status
        if "status" not in self.fields:
            return
        if current in OBLIGED:
            words = dict(Status.choices)
            self.fields["status"].choices = [(status, words[status]) for status in OBLIGED]
            self.fields["status"].help_text = "停业未注销等请用“提请筛除”"
        else:
            del self.fields["status"]

    def fieldsets(self):
        """(title, bound fields) in the order of the page."""
        for title, names in self.FIELDSETS:
            yield title, [self[name] for name in names if name in self.fields]

    def clean_name(self):
        return tidy(self.cleaned_data["name"])

    def clean_note(self):
        return unmask_numbers(self.cleaned_data["note"], self.instance.note)

    def clean_phone(self):
        return self._phone("phone")

    def clean_cadre_phone(self):
        return self._phone("cadre_phone")

    def _phone(self, field):
        text = self.cleaned_data[field]
        if not text:
            return ""
        if text == self.initial.get(field):
            return getattr(self.instance, field)
        number, rest = split_phones(text)
        if not number:
            raise ValidationError("没有可用的电话号码。请填手机、座机或 400 电话。")
        if rest:
            raise ValidationError(f"一格只填一个号码，请去掉“{rest}”。")
        return number

    def clean(self):
        values = super().clean()
        category = values.get("category")
        if category is None:
            return values
        small = is_small_business(category.pk, values.get("form"))
        told = {}

        def tell(field, code, message):
            if code.startswith("R_"):
                told.setdefault(field, message)

        if "credit_code" in values:
            code = check_credit_code(values["credit_code"] or None, small, False, tell)
            values["credit_code"] = code or ""
        if "licence_no" in values:
            number, kind = check_licence(values["licence_no"] or None, small, False, tell)
            values["licence_no"], values["licence_kind"] = number or "", kind or ""
            self.instance.licence_kind = kind or ""
        for field, message in told.items():
            self.add_error(field, message)
        self._clean_texts(values)
        self._clean_dates(values)
        return values

    def _clean_texts(self, values):
        for field, value in list(values.items()):
            is_text = isinstance(value, str) and field not in ("credit_code", "licence_no")
            if is_text and mask_id_cards(value) != value:
                self.add_error(field, "含身份证号，系统不收集身份证号。请删去。")
        area, address = values.get("area"), values.get("address")
        if area is not None and address:
            above = Area.objects.filter(code__in=[area.code[:4], area.code[:6]])
            heads = [name for pk, name in sorted(above.values_list("pk", "name"))]
            heads[1:1] = [heads[0].removesuffix("市")] if heads else []
            values["address_key"] = address_key(address, tuple(heads))
        elif "address" in values:
            values["address_key"] = ""

    def _clean_dates(self, values):
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", "有效期早于发证日期，请对照许可证核对。")
        if values.get("is_permanent") and expires:
            self.add_error("expires_on", "长期有效的许可证不填有效期。")
        start, end = values.get("season_from_month"), values.get("season_to_month")
        if (start is None) != (end is None):
            self.add_error("season_to_month", "季节起、止月份要一起填。")
        for field, month in (("season_from_month", start), ("season_to_month", end)):
            if month is not None and not 1 <= month <= 12:
                self.add_error(field, "月份为 1–12。")

    def values(self):
        """What the service writes: the cleaned fields and what follows from them."""
        return dict(self.cleaned_data)


class ReasonForm(HouseForm):
    """A decision with its reason."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class GradeForm(ReasonForm):
    """A grade by hand."""

    grade = forms.ChoiceField(label="包保等级", choices=GRADE_CHOICES)
    reason = forms.CharField(
        label="定级理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("grade", "reason")


class EvidenceMixin(HouseForm):
    """A photo or a scan: JPEG, PNG or PDF up to 10 MB."""

    evidence = forms.FileField(
        label="佐证文件",
        required=False,
        help_text="照片（jpg、png）或 PDF，不超过 10 MB",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )

    def clean_evidence(self):
        file = self.cleaned_data["evidence"]
        if file is None:
            return None
        if file.size > MAX_EVIDENCE:
            raise ValidationError("文件超过 10 MB，请压缩后再传。")
        head = file.read(16)
        file.seek(0)
        if not head.startswith(EVIDENCE_STARTS):
            raise ValidationError("只收照片（jpg、png）和 PDF，请另存后再传。")
        return file


class ScreenForm(EvidenceMixin, ReasonForm):
    """A proposal of screening."""

    status_to = forms.ChoiceField(
        label="拟改状态",
        choices=[("", "请选择"), *[(status.value, status.label) for status in PROPOSABLE]],
    )
    field_order = ("status_to", "reason", "evidence")


class RestoreForm(EvidenceMixin, ReasonForm):
    """A proposal of bringing a business back."""

    status_to = forms.ChoiceField(
        label="恢复为", choices=[(status.value, status.label) for status in RESTORABLE]
    )
    field_order = ("status_to", "reason", "evidence")


class NoteForm(HouseForm):
    """A remark with a decision; needed where something is sent back."""

    note = forms.CharField(
        label="意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DrawForm(HouseForm):
    """The city's sample: kind, seed, share."""

    kind = forms.ChoiceField(
        label="类别",
        choices=[(kind.value, kind.label) for kind in ProposalKind],
        initial=ProposalKind.SCREEN,
    )
    percent = forms.DecimalField(
        label="比例(%)", min_value=Decimal("0.1"), max_value=Decimal(100), initial=Decimal(5)
    )
    seed = forms.IntegerField(
        label="种子",
        min_value=0,
        max_value=2**53,
        help_text="同一种子对同一总体抽中的相同，可公开核对",
    )

    @staticmethod
    def fresh():
        """A form with a seed that nobody chose."""
        return DrawForm(initial={"seed": secrets.randbelow(10**6), "kind": "screen", "percent": 5})


class DraftForm(HouseForm):
    """A draft standard made from another."""

    name = forms.CharField(label="名称", max_length=80)
    effective_from = DayField(label="施行日期")
