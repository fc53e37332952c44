"""Shapes of input on the meetings' pages; nothing here saves."""

from django import forms

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm

from ..models import Body, Meeting
from .files import PaperField, told_name
from .organisation import AccountField, AccountsMixin, DayField


class RecordForm(HouseModelForm):
    """A record and, if `paper` names a file field, its checked paper."""

    paper = None  # (file field, field of its name)

    @property
    def paper_field(self):
        return self.paper[0] if self.paper else ""

    def changes(self, *, is_new):
        """Fields and values to write: all of a new record, of another what this person changed."""
        names = self.cleaned_data if is_new else self.changed_data
        changed = {
            name: self.cleaned_data[name]
            for name in names
            if name in self.cleaned_data and name != self.paper_field
        }
        file = self.cleaned_data.get(self.paper_field)
        if file:
            changed[self.paper[0]], changed[self.paper[1]] = file, told_name(file.name)
        return changed


class MeetingForm(RecordForm):
    """A meeting with its minutes."""

    paper = ("minutes", "minutes_name")
    minutes = PaperField(label="会议纪要")

    class Meta:
        model = Meeting
        fields = ("title", "mode", "held_on", "host", "body", "attendance", "attendees", "summary",
                  "minutes")  # fmt: skip
        field_classes = {"held_on": DayField}
        widgets = {
            "attendees": forms.Textarea(attrs={"rows": 2}),
            "summary": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = Body.objects.kept_by(user).filter(to_on=None)
        self.fields["body"].queryset = bodies.order_by("area_id", "order", "pk")
        self.fields["body"].empty_label = "不选"
        self.fields["attendance"].widget.attrs["min"] = 0


class DecisionForm(AccountsMixin, HouseForm):
    """A decision, with the task that it gives somebody."""

    text = forms.CharField(
        label="议定事项", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    decision = forms.ModelChoiceField(
        label="或在已有的事项下加任务", queryset=None, required=False, empty_label="新的议定事项"
    )
    area = forms.ModelChoiceField(
        label="责任属地", queryset=Area.objects.none(), required=False, empty_label="不交办任务"
    )
    owner = forms.CharField(label="责任单位或人", max_length=80, required=False)
    body = forms.ModelChoiceField(
        label="责任工作组", queryset=Body.objects.none(), required=False, empty_label="不选"
    )
    user = AccountField(label="责任人账号", help_text="填了用户名，任务就出现在他的待办里")
    due_on = DayField(label="期限", required=False)

    def __init__(self, *args, user, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.place(user=user, code=meeting.area_id)
        self.fields["decision"].queryset = meeting.decisions.order_by("order", "pk")
        code = meeting.area_id
        below = Area.objects.visible_to(user).active()
        self.fields["area"].queryset = (
            below.filter(code=code) | below.filter(parent=code)
        ).order_by("code")
        bodies = Body.objects.kept_by(user).filter(to_on=None, area=code)
        self.fields["body"].queryset = bodies.order_by("order", "pk")

    def clean(self):
        values = super().clean()
        if not values.get("text") and not values.get("decision"):
            self.add_error("text", "请写议定事项，或选一项已有的。")
        if values.get("area") and not values.get("due_on"):
            self.add_error("due_on", "交办任务要有期限。")
        if values.get("decision") and not values.get("area"):
            self.add_error("area", "在已有事项下加任务，请选责任属地。")
        if not values.get("area") and any(values.get(key) for key in ("owner", "user", "body")):
            self.add_error("area", "交办任务请选责任属地。")
        return values

    def task(self):
        """The task's values; nothing where only a decision is recorded."""
        if not self.cleaned_data["area"]:
            return None
        return {key: self.cleaned_data[key] for key in ("area", "owner", "body", "user", "due_on")}


class ResultForm(HouseForm):
    """What was done."""

    result = forms.CharField(
        label="办理结果", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(HouseForm):
    """Why a task is sent back, with a later day."""

    why = forms.CharField(
        label="退回原因", max_length=280, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = DayField(label="新的期限", required=False)
