"""Shapes of input for 督办; nothing here saves."""

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm

from ..queries.instructions import areas_to_instruct


class InstructionForm(HouseForm):
    """A new instruction. `code`: an area that another page asks to be instructed."""

    title = forms.CharField(label="事项", max_length=120)
    body = forms.CharField(
        label="要求", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(
        label="期限", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    areas = forms.MultipleChoiceField(
        label="督办对象",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个督办对象。"},
    )
    source = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, user, code="", **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = areas_to_instruct(user=user, code=code)
        self.fields["areas"].choices = [(area.pk, area.name) for area in self.choices]
        if any(area.pk == code for area in self.choices):
            self.fields["areas"].initial = [code]

    def chosen(self):
        """The areas that were ticked."""
        codes = set(self.cleaned_data["areas"])
        return [area for area in self.choices if area.pk in codes]


class InstructionAnswerForm(HouseForm):
    answer = forms.CharField(
        label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写办理情况。"},
    )  # fmt: skip


class InstructionNoteForm(HouseForm):
    note = forms.CharField(label="办理意见", max_length=200, required=False)
