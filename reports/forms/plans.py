"""What the city writes into its plan; nothing here saves."""

from decimal import Decimal

from django import forms

from jiamusi_foodsafety.kit.forms import HouseForm

from ..queries.indicators import INDICATORS
from ..queries.plans import goals_stamp, stage_stamp

ROWS = 6


def _day(label, **more):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def _share(label, **more):
    return forms.DecimalField(
        label=label, max_digits=5, decimal_places=2, min_value=0, max_value=100, **more
    )


class StageForm(HouseForm):
    """A stage with up to six targets."""

    name = forms.CharField(label="阶段", max_length=30)
    starts_on = _day("开始日期")
    start_share = _share("开始时百分比", help_text="开始那天已经完成的百分比，没有填 0。")
    done_on = _day(
        "完成日期", required=False, help_text="人工登记的阶段，做完后填；其他阶段由日报得出。"
    )
    is_active = forms.BooleanField(label="在用", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    reason = forms.CharField(
        label="改动目标的原因", max_length=200, required=False,
        help_text="改了目标日期或百分比时必填；原来的目标保留备查。",
    )  # fmt: skip

    def __init__(self, *args, stage, **kwargs):
        targets = stage.plan_targets
        initial = {
            "name": stage.name, "starts_on": stage.starts_on, "start_share": stage.start_share,
            "done_on": stage.done_on, "is_active": stage.is_active,
            "seen": stage_stamp(stage, targets),
        }  # fmt: skip
        for number, target in enumerate(targets[:ROWS], start=1):
            initial |= {f"on_{number}": target.on, f"share_{number}": target.share}
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(1, ROWS + 1):
            self.fields[f"on_{number}"] = _day(f"目标 {number} 日期", required=False)
            self.fields[f"share_{number}"] = _share(f"目标 {number} 百分比", required=False)

    def clean(self):
        data = super().clean()
        for number in range(1, ROWS + 1):
            day, share = data.get(f"on_{number}"), data.get(f"share_{number}")
            wrong = f"on_{number}" in self.errors or f"share_{number}" in self.errors
            if not wrong and (day is None) != (share is None):
                missing = "on" if day is None else "share"
                self.add_error(
                    f"{missing}_{number}", "日期和百分比要一起填；不要这个目标就都清空。"
                )
        return data

    @property
    def pairs(self):
        """The fields of the targets, two and two."""
        return [(self[f"on_{n}"], self[f"share_{n}"]) for n in range(1, ROWS + 1)]

    @property
    def plain(self):
        """The fields before the targets."""
        names = ("name", "starts_on", "start_share", "done_on", "is_active")
        return [self[name] for name in names]

    def values(self) -> dict:
        """What the service takes."""
        data = self.cleaned_data
        pairs = [(data[f"on_{n}"], data[f"share_{n}"]) for n in range(1, ROWS + 1)]
        names = ("name", "starts_on", "start_share", "done_on", "is_active", "reason", "seen")
        return {name: data[name] for name in names} | {
            "targets": sorted((day, share) for day, share in pairs if day)
        }


class GoalsForm(HouseForm):
    """The aims of all goals of a city, one line each."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = goals_stamp(goals)
        self.goals = goals
        names = {one.code: one.name for one in INDICATORS}
        for goal in goals:
            words = f"{goal.year} {names.get(goal.indicator, goal.indicator)}"
            self.fields[f"aim_{goal.pk}"] = forms.DecimalField(
                label=f"{words} 目标值", max_digits=6, decimal_places=2, min_value=0,
                initial=goal.aim,
            )  # fmt: skip
            self.fields[f"active_{goal.pk}"] = forms.BooleanField(
                label=f"{words} 在用", required=False, initial=goal.is_active
            )

    @property
    def rows(self):
        names = {one.code: one.name for one in INDICATORS}
        return [
            {"goal": goal, "name": names.get(goal.indicator, ""), "aim": self[f"aim_{goal.pk}"],
             "active": self[f"active_{goal.pk}"]}
            for goal in self.goals
        ]  # fmt: skip

    def values(self) -> list[tuple[int, Decimal, bool]]:
        """What the service takes."""
        data = self.cleaned_data
        return [(one.pk, data[f"aim_{one.pk}"], data[f"active_{one.pk}"]) for one in self.goals]


class GoalForm(HouseForm):
    """One more goal."""

    year = forms.IntegerField(label="年度", min_value=2022, max_value=2099)
    title = forms.CharField(
        label="目标", max_length=20, widget=forms.TextInput(attrs={"placeholder": "如：明年全覆盖"})
    )
    indicator = forms.ChoiceField(label="指标")
    aim = forms.DecimalField(label="目标值", max_digits=6, decimal_places=2, min_value=0)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.code} {one.name}") for one in INDICATORS]
        self.fields["indicator"].choices = choices
