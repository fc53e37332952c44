"""Shapes of input on the pages of pledges and letters; nothing here saves."""

from django import forms
from django.core.exceptions import ValidationError

from entities.forms import DayField
from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import CadreLevel
from .files import check_paper, told_name

SCANS = ("pdf", "jpg", "jpeg", "png")
MAX_SCAN = 10 * 1024 * 1024


class ScanField(forms.FileField):
    """A scan or photo of a signed paper: PDF, JPEG or PNG up to 10 MB, told by its content."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "扫描件")
        kwargs.setdefault("help_text", "PDF 或照片（jpg、png），不超过 10 MB")
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not data:
            return None
        if file.name.rpartition(".")[2].lower() not in SCANS:
            raise ValidationError("只收 PDF 和照片（jpg、png），请另存后再传。")
        if file.size > MAX_SCAN:
            raise ValidationError("文件超过 10 MB，请压缩后再传。")
        check_paper(file)
        file.told = told_name(file.name)
        return file


class SignForm(HouseForm):
    """The cadre's own signature: he has read, and types his name."""

    has_read = forms.BooleanField(
        label="我已阅读责任清单和任务清单，并作出以上承诺", required=False
    )
    typed = forms.CharField(
        label="请输入本人姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control sign-name"}),
        error_messages={"required": "请输入本人姓名。"},
    )
    mark = forms.CharField(max_length=32, widget=forms.HiddenInput)


class ScanForm(HouseForm):
    """A pledge signed by hand."""

    signed_on = DayField(label="签订日期")
    scan = ScanField()


class DayForm(HouseForm):
    """The day on which many were signed by hand."""

    signed_on = DayField(label="签订日期", error_messages={"required": "请填签订日期。"})

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_signed_on(self):
        if self.cleaned_data["signed_on"] > self.on:
            raise ValidationError("签订日期不能晚于今天。")
        return self.cleaned_data["signed_on"]


class VoidForm(HouseForm):
    """Why a paper no longer holds."""

    reason = forms.CharField(
        label="失效原因",
        max_length=120,
        error_messages={"required": "请写明失效原因。"},
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class MakeForm(HouseForm):
    """Pledges for an area: which level, and whether they go to their cadres at once."""

    area = forms.CharField(max_length=12, widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label="包保层级", required=False, choices=[("", "全部层级"), *CadreLevel.choices]
    )
    is_issued = forms.BooleanField(label="生成后直接送签", required=False, initial=True)


class LetterSignForm(HouseForm):
    """A letter signed by hand; the scan may be missing."""

    signed_on = DayField(label="签订日期")
    signer_up = forms.CharField(label="上级签字人", max_length=40, required=False)
    signer_down = forms.CharField(label="签字人", max_length=40, required=False)
    scan = ScanField(required=False)


class LettersMakeForm(HouseForm):
    """This year's letters."""

    year = forms.IntegerField(label="年度", min_value=2020, max_value=2100)
    due_on = DayField(label="签订期限", required=False)


class MemberForm(HouseForm):
    """One more member of the 食安委."""

    unit = forms.CharField(label="成员单位", max_length=80)
    due_on = DayField(label="签订期限", required=False)


class TemplateForm(HouseForm):
    """The office's own template of one level or kind."""

    of = forms.ChoiceField()
    file = forms.FileField(
        label="模板文件",
        help_text="用 WPS 或 Word 改好的 .docx，不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def __init__(self, *args, label, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["of"].label, self.fields["of"].choices = label, choices
