"""The shape of a hand-over."""

from django import forms
from django.core.exceptions import ValidationError

from entities.forms import DayField
from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import LEAVE_CHOICES
from ..models import Cadre

MAX_PICKED = 500


class HandoverForm(HouseForm):
    """Who takes over what of a cadre, when and why. The ticked businesses come beside it."""

    reason = forms.ChoiceField(label="缘由", choices=[("", "请选择"), *LEAVE_CHOICES])
    on = DayField(label="交接日期", help_text="以后的日子：到日由系统办理，之前可以取消")
    leaves = forms.BooleanField(
        label="移交干部同时离任", required=False, help_text="没有交出去的主体转为待交接"
    )
    scope = forms.ChoiceField(
        label="交接范围",
        choices=[("all", "他名下的全部主体"), ("some", "只交下面勾选的主体")],
        initial="all",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    receivers = forms.ModelMultipleChoiceField(
        label="接收干部",
        queryset=Cadre.objects.none(),
        required=False,
        error_messages={"invalid_choice": "所选干部不能接收，请从下面的名单里选。"},
    )
    note = forms.CharField(label="说明", max_length=160, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, receivers, cadre, **kwargs):
        kwargs["initial"] = {"revision": cadre.revision, "leaves": True} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["receivers"].queryset = receivers
        if not cadre.is_in_post:
            # He has left: what waits for another is handed over, the rest was done.
            self.fields.pop("leaves")
        self.cadre = cadre

    def clean(self):
        values = super().clean()
        on, start = values.get("on"), self.cadre.in_post_from
        if on and start and on < start:
            raise ValidationError(f"交接日期早于他的任职起（{start}），请核对。")
        return values

    def values(self, picked):
        """What the service takes; `picked`: the ids of the ticked businesses as they were sent."""
        cleaned = self.cleaned_data
        ids = [int(pk) for pk in picked[:MAX_PICKED] if pk.isdecimal() and len(pk) < 19]
        return {
            "reason": cleaned["reason"],
            "on": cleaned["on"],
            "leaves": cleaned.get("leaves", False),
            "entity_ids": ids if cleaned["scope"] == "some" else None,
            "receivers": list(cleaned["receivers"]),
            "note": cleaned["note"],
            "revision": cleaned["revision"],
        }
