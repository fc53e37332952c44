"""The form of 督办逾期; nothing here saves."""

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm


class UrgeForm(HouseForm):
    areas = forms.MultipleChoiceField(
        label="督办对象", widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "请至少选一个督办对象。"},
    )  # fmt: skip
    due_on = forms.DateField(
        label="答复期限", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label="要求", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [
            (area.pk, f"{area.name}：逾期 {number:,} 件") for area, number, _ in lines
        ]
        self.fields["areas"].initial = [area.pk for area, _, _ in lines]
