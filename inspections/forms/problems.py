"""Forms of problems: one act of the table, and a problem found outside a visit."""

import secrets

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import ProblemAct, Side
from ..models import Problem
from ..rules.moves import DATE, NEED_WORDS, NOTE, PHOTO, PLACE, TABLE
from ..rules.problems import MOST_DETAIL, MOST_NOTE, MOST_TITLE, is_key

MOST_PHOTOS = 9
# Acts to which photographs may be added although the table does not ask for them.
MAY_SHOW = (
    ProblemAct.CLEAR, ProblemAct.FEED_BACK, ProblemAct.REJECT, ProblemAct.REDO,
    ProblemAct.DISPUTE, ProblemAct.REMARK, ProblemAct.ASK,
)  # fmt: skip
# Acts whose words may be those of somebody without account.
MAY_SPEAK = (ProblemAct.ASK, ProblemAct.REMARK)
SPEAKERS = [
    ("", "本人"),
    (Side.ENTITY.value, "主体（由您代录）"),
    (Side.INDUSTRY.value, "行业主管（由您代录）"),
]
NOTE_LABELS = {
    ProblemAct.FIX: "怎么改的",
    ProblemAct.VERIFY: "核实情况",
    ProblemAct.CLEAR: "核查情况",
    ProblemAct.FINISH: "处置情况",
    ProblemAct.FEED_BACK: "反馈意见",
    ProblemAct.REMARK: "补充什么",
}
REASONED = (
    ProblemAct.REJECT, ProblemAct.REDO, ProblemAct.DISPUTE, ProblemAct.SEND_BACK, ProblemAct.RETURN,
    ProblemAct.ASK, ProblemAct.REFUSE, ProblemAct.FILE_CASE, ProblemAct.VOID, ProblemAct.TRANSFER,
)  # fmt: skip


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photographs; the browser makes them smaller before they are sent (js/problem-photos.js)."""

    widget = PhotosInput

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(f"最多 {MOST_PHOTOS} 张照片。")
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(PhotosField, self).clean(file, initial) for file in files]


def photos_field(*, is_required):
    return PhotosField(
        label="照片",
        required=is_required,
        error_messages={"required": NEED_WORDS[PHOTO]},
        widget=PhotosInput(attrs={"accept": "image/*", "data-photos": ""}),
        help_text="每张不超过 2 MB，过大的由浏览器自动缩小。",
    )


class KeyedForm(HouseForm):
    """A form that carries its idempotency key: pressed twice, it acts once."""

    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = secrets.token_hex(16)

    def clean_key(self):
        key = self.cleaned_data["key"]
        if not is_key(key):
            raise forms.ValidationError("页面停留太久，请刷新后再办。")
        return key


class MoveForm(KeyedForm):
    """One act at one problem, with what the table asks for."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, files=None, *, act: str, problem: Problem, stations=()):
        super().__init__(data, files, auto_id=f"id_{act}_%s")
        self.act = act
        self.fields["revision"].initial = problem.revision
        needs = TABLE[act].needs
        if DATE in needs:
            self.fields["due_on"] = forms.DateField(
                label="延期到", widget=forms.DateInput(attrs={"type": "date"}),
                error_messages={"required": NEED_WORDS[DATE]},
            )  # fmt: skip
        if PLACE in needs:
            self.fields["station"] = forms.TypedChoiceField(
                label="监管所", coerce=int, error_messages={"required": NEED_WORDS[PLACE]},
                choices=[("", "请选"), *((station.pk, station.name) for station in stations)],
            )  # fmt: skip
        if act in MAY_SPEAK:
            self.fields["side"] = forms.ChoiceField(
                label="谁的话", required=False, choices=SPEAKERS
            )
            self.fields["speaker"] = forms.CharField(
                label="姓名、职务", required=False, max_length=40,
                help_text="代录时填写，例如“园长 李秀云”。",
            )  # fmt: skip
        if NOTE in needs:
            label = "理由" if act in REASONED else NOTE_LABELS.get(act, "说明")
            self.fields["note"] = forms.CharField(
                label=label, max_length=MOST_NOTE, widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": NEED_WORDS[NOTE]},
            )  # fmt: skip
        if PHOTO in needs or act in MAY_SHOW:
            self.fields["photos"] = photos_field(is_required=PHOTO in needs)

    @property
    def is_asked(self):
        """Whether there is anything to fill in."""
        return bool(set(self.fields) - {"key", "revision"})

    def values(self) -> dict:
        """What the service takes."""
        given = dict(self.cleaned_data)
        given.pop("key")
        given["files"] = [file.read() for file in given.pop("photos", [])]
        return given


class ProblemForm(KeyedForm):
    """A problem found outside a visit."""

    title = forms.CharField(label="什么问题", max_length=MOST_TITLE)
    kind = forms.ChoiceField(
        label="类别", widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    detail = forms.CharField(
        label="说明", required=False, max_length=MOST_DETAIL,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    on_spot = forms.BooleanField(label="已当场改正", required=False)
    photos = photos_field(is_required=False)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (kind.code, f"{kind.name}：{kind.advice}" if kind.advice else kind.name)
            for kind in kinds
        ]
