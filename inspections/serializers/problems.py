"""Problems as the API gives and takes them."""

from rest_framework import serializers

from entities.serializers import MaskedNote

from ..enums import ProblemAct, ProblemSource, ProblemState, Side
from ..models import Photo, Problem, ProblemKind, ProblemMove
from ..queries.problem_board import TABS
from ..queries.problem_people import sides_of
from ..rules.ages import AGES
from ..rules.moves import TABLE, WAITS_FOR, acts_for
from ..rules.problems import MOST_NOTE

KEY = r"^[0-9a-f]{32}$"


class ProblemKindSerializer(serializers.ModelSerializer):
    """A class of problems with its terms; `code` is what a report names."""

    class Meta:
        model = ProblemKind
        fields = (
            "id", "code", "name", "order", "fix_days", "counts_workdays", "on_spot",
            "must_transfer", "advice", "is_active",
        )  # fmt: skip
        read_only_fields = fields


class ProblemPhotoSerializer(serializers.ModelSerializer):
    """照片; the picture itself by its page."""

    class Meta:
        model = Photo
        fields = ("id", "key", "mime", "size")


class ProblemSerializer(serializers.ModelSerializer):
    """One problem of the list."""

    entity_name = serializers.CharField(source="entity.name")
    title = MaskedNote(help_text="问题，其中的电话中间四位不显示")
    detail = MaskedNote(help_text="说明，其中的电话中间四位不显示")
    kind = serializers.CharField(source="kind.code", help_text="类别代码")
    kind_name = serializers.CharField(source="kind.name")
    waits_for = serializers.SerializerMethodField(help_text="等谁")

    class Meta:
        model = Problem
        fields = (
            "id", "number", "source", "entity", "entity_name", "area", "grade", "visit", "cadre",
            "station", "industry_unit", "item_code", "item_text", "title", "detail", "kind",
            "kind_name", "state", "waits_for", "is_repeat", "found_on", "due_at", "clock_at",
            "claim_due_on", "feedback_due_on", "asked_due_on", "fixed_at", "settled_at",
            "extensions", "climbed", "climbed_to", "revision",
        )  # fmt: skip

    def get_waits_for(self, problem) -> str:
        return WAITS_FOR[problem.state][1] if problem.state in WAITS_FOR else ""


class ProblemMoveSerializer(serializers.ModelSerializer):
    """One step of a problem's way."""

    photos = ProblemPhotoSerializer(source="shown_photos", many=True)
    note = MaskedNote(help_text="说明，其中的电话中间四位不显示")

    class Meta:
        model = ProblemMove
        fields = (
            "id", "act", "side", "state_from", "state_to", "actor_words", "at", "note", "due_on",
            "photos",
        )  # fmt: skip


class ProblemDetailSerializer(ProblemSerializer):
    """One problem with its story, newest first, and what the caller may do now."""

    moves = ProblemMoveSerializer(source="story", many=True)
    photos = ProblemPhotoSerializer(source="first_photos", many=True)
    acts = serializers.SerializerMethodField(help_text="现在可以办的")

    class Meta(ProblemSerializer.Meta):
        fields = (*ProblemSerializer.Meta.fields, "photos", "moves", "acts")

    def get_acts(self, problem) -> list[str]:
        sides = sides_of(user=self.context["request"].user, problem=problem)
        is_asked = problem.asked_due_on is not None
        return acts_for(state=problem.state, sides=sides, is_asked=is_asked)


class ProblemQuery(serializers.Serializer):
    """The conditions of the page."""

    tab = serializers.ChoiceField(
        [(key, label) for key, (label, _) in TABS.items()], required=False, allow_blank=True,
        help_text="不给：在办；settled 已闭环，filed 转立案，out 作废、终止，found 全部（不含作废、终止）",
    )  # fmt: skip
    area = serializers.RegexField("^[0-9A-Za-z]{4,12}$", required=False, help_text="区划代码")
    state = serializers.ChoiceField(ProblemState.choices, required=False)
    kind = serializers.CharField(required=False, max_length=10, help_text="类别代码")
    age = serializers.ChoiceField(
        [(key, words) for key, (words, _, _) in AGES.items()], required=False, help_text="已过几天"
    )
    overdue = serializers.ChoiceField([("1", "只看逾期")], required=False)
    repeat = serializers.ChoiceField([("1", "只看重复")], required=False)
    item = serializers.CharField(required=False, max_length=10, help_text="清单条目代码")
    source = serializers.ChoiceField(ProblemSource.choices, required=False)
    entity = serializers.IntegerField(required=False, help_text="主体编号")
    campaign = serializers.IntegerField(required=False, help_text="专项编号")
    unit = serializers.CharField(required=False, max_length=40, help_text="行业主管，如 教育局")
    q = serializers.CharField(
        required=False, min_length=2, max_length=60, help_text="编号、问题、主体"
    )


class ProblemMoveRequest(serializers.Serializer):
    """One act. What it needs hangs on the act: note, photos, due_on (ask), station (assign)."""

    key = serializers.RegexField(KEY, help_text="幂等键，32 位十六进制，由客户端生成")
    act = serializers.ChoiceField(
        [
            (act.value, act.label)
            for act in ProblemAct
            if act.value in TABLE and "system" not in TABLE[act].who
        ]
    )
    revision = serializers.IntegerField(
        required=False, help_text="读取时的版次；已被别人办理过的答 409"
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=MOST_NOTE)
    due_on = serializers.DateField(required=False, help_text="申请延期到")
    station = serializers.IntegerField(required=False, help_text="指派的监管所")
    photos = serializers.ListField(
        child=serializers.RegexField(KEY), required=False, max_length=9,
        help_text="先由 /photos/ 上传的照片的幂等键",
    )  # fmt: skip
    side = serializers.ChoiceField(
        [(Side.ENTITY.value, Side.ENTITY.label), (Side.INDUSTRY.value, Side.INDUSTRY.label)],
        required=False, help_text="代录谁的话",
    )  # fmt: skip
    speaker = serializers.CharField(required=False, allow_blank=True, max_length=40)
