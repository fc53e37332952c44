"""Bonds and coverage as the API gives and takes them: the figures of the board, in 家, 处, 人 and %."""

from rest_framework import serializers

from entities.enums import Grade

from ..enums import CadreLevel, Standing
from ..models import Assignment
from .fields import AreaCodeField, OneOfField


class AssignmentSerializer(serializers.ModelSerializer):
    """A bond in force."""

    entity_name = serializers.CharField(source="entity.name")
    licence_no = serializers.CharField(source="entity.licence_no")
    cadre_name = serializers.CharField(source="cadre.name")
    cadre_post = serializers.CharField(source="cadre.post")

    class Meta:
        model = Assignment
        fields = (
            "id", "entity", "entity_name", "licence_no", "area", "status", "grade", "cadre", "cadre_name",
            "cadre_post", "level", "standing", "exception_reason", "from_on", "reason", "made_at",
        )  # fmt: skip


class AssignmentQuery(serializers.Serializer):
    area = AreaCodeField(required=False, help_text="区划代码")
    cadre = serializers.IntegerField(required=False, help_text="干部编号")
    entity = serializers.IntegerField(required=False, help_text="主体编号")
    grade = OneOfField(
        [choice for choice in Grade.choices if choice[0]], required=False, help_text="包保等级"
    )
    standing = OneOfField(Standing.choices, required=False, help_text="包保状态")


class AssignmentRequest(serializers.Serializer):
    entity = serializers.IntegerField(help_text="主体编号")
    cadre = serializers.IntegerField(help_text="干部编号")
    exception_reason = serializers.CharField(
        required=False, allow_blank=True, max_length=200, default="",
        help_text="层级与等级不对应、或干部不在本属地时必填",
    )  # fmt: skip
    note = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    seen_at = serializers.DateTimeField(
        required=False, default=None, help_text="读取时刻；之后被别人改过的答 409，不写入"
    )


class CoverageFiguresSerializer(serializers.Serializer):
    """One area's figures: 应包 = 已包 + 待分级 + 未分配 + 层级不符."""

    area = serializers.CharField(source="code", help_text="区划代码")
    obliged = serializers.IntegerField(help_text="应包")
    covered = serializers.IntegerField(help_text="已包")
    ungraded = serializers.IntegerField(help_text="待分级")
    unassigned = serializers.IntegerField(help_text="未分配(有级无人)，含待交接")
    pending = serializers.IntegerField(help_text="待交接")
    unfit = serializers.IntegerField(help_text="层级或属地不符")
    excepted = serializers.IntegerField(help_text="例外，已计入已包")
    vacant = serializers.IntegerField(help_text="空岗，处")
    over = serializers.IntegerField(help_text="超载干部，人")
    cadres = serializers.IntegerField(help_text="在岗干部，人")
    rate = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True, coerce_to_string=False,
        help_text="包保覆盖率 = 已包/应包，%",
    )  # fmt: skip


class LevelLoadSerializer(serializers.Serializer):
    level = OneOfField(CadreLevel.choices)
    grades = serializers.CharField()
    obliged = serializers.IntegerField(help_text="主体")
    cadres = serializers.IntegerField(help_text="在岗干部，人")
    least = serializers.IntegerField(allow_null=True, help_text="最少，家")
    greatest = serializers.IntegerField(allow_null=True, help_text="最多，家")
    most = serializers.IntegerField(allow_null=True, help_text="软上限，家")
    over = serializers.IntegerField(help_text="超载，人")


class CoverageSerializer(CoverageFiguresSerializer):
    areas = CoverageFiguresSerializer(many=True, help_text="下一级")
    levels = LevelLoadSerializer(many=True, help_text="各层级负荷")


class CoverageQuery(serializers.Serializer):
    area = AreaCodeField(required=False, help_text="区划代码，默认本人属地")
