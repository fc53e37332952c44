"""Progress and daily reports as the API gives them: the figures of the screens, in 家 and %."""

from rest_framework import serializers

from .enums import ReportState, ReviewState


class GradesSerializer(serializers.Serializer):
    A = serializers.IntegerField()
    B = serializers.IntegerField()
    C = serializers.IntegerField()
    D = serializers.IntegerField()


class PlaceFiguresSerializer(serializers.Serializer):
    """One area's figures."""

    area = serializers.CharField(help_text="区划代码")
    name = serializers.CharField()
    level = serializers.CharField()
    is_rest = serializers.BooleanField(help_text="本级：只知道属于上级，不知道下级")
    registered = serializers.IntegerField(help_text="在册")
    screened = serializers.IntegerField(help_text="已批准筛除")
    obliged = serializers.IntegerField(help_text="应包 = 在册 − 筛除")
    graded = serializers.IntegerField(help_text="已分级")
    ungraded = serializers.IntegerField(help_text="待分级 = 应包 − 已分级")
    grades = GradesSerializer()
    rate_gross = serializers.FloatField(allow_null=True, help_text="分级率(毛) = 已分级/在册，%")
    rate_net = serializers.FloatField(allow_null=True, help_text="分级率(净) = 已分级/应包，%")
    surveyed = serializers.IntegerField(help_text="已摸底")
    rate_surveyed = serializers.FloatField(allow_null=True, help_text="摸底率 = 已摸底/在册，%")
    differing = serializers.IntegerField(help_text="台账等级与建议等级不一致")
    doubtful = serializers.IntegerField(help_text="有疑点")
    shallow = serializers.IntegerField(help_text="只知道县(市、区)，不知道乡镇")
    graded_change = serializers.IntegerField(allow_null=True, help_text="已分级较上期日报的变化")


class ChildFiguresSerializer(PlaceFiguresSerializer):
    rank = serializers.IntegerField(
        allow_null=True, help_text="按分级率(净)的名次，只有县(市、区)有"
    )


class ProgressSerializer(PlaceFiguresSerializer):
    as_of = serializers.DateTimeField(help_text="截至")
    since = serializers.DateField(allow_null=True, help_text="变化从这一天的日报算起")
    children = ChildFiguresSerializer(many=True)


class ProgressQuery(serializers.Serializer):
    area = serializers.RegexField(
        "^[0-9A-Za-z]{4,12}$", required=False, help_text="区划代码，默认本人属地"
    )


class IndicatorCountSerializer(serializers.Serializer):
    words = serializers.CharField(help_text="数什么")
    count = serializers.IntegerField()


class IndicatorSerializer(serializers.Serializer):
    """One indicator of one area."""

    code = serializers.CharField(help_text="编号，如 K04、K19-1")
    name = serializers.CharField()
    unit = serializers.CharField(help_text="% 或 家/人")
    direction = serializers.CharField(help_text="up：越高越好；空：不评高低")
    numerator = serializers.CharField(help_text="分子数什么")
    denominator = serializers.CharField(help_text="分母数什么")
    part = serializers.IntegerField(help_text="分子")
    whole = serializers.IntegerField(help_text="分母")
    value = serializers.FloatField(allow_null=True, help_text="两位小数，四舍五入；分母为 0 时为空")
    band = serializers.CharField(help_text="red、amber、green；不评高低或没有值时为空")
    amber_from = serializers.FloatField(allow_null=True, help_text="橙色自，%")
    green_from = serializers.FloatField(allow_null=True, help_text="绿色自，%")
    more = IndicatorCountSerializer(many=True, help_text="同属这一指标的其他数，如超载干部")


class AreaIndicatorsSerializer(serializers.Serializer):
    area = serializers.CharField(help_text="区划代码")
    name = serializers.CharField()
    indicators = IndicatorSerializer(many=True)


class IndicatorsSerializer(AreaIndicatorsSerializer):
    as_of = serializers.DateTimeField(help_text="截至")
    children = AreaIndicatorsSerializer(many=True)


class ReportFiguresSerializer(serializers.Serializer):
    """One line of a report, as frozen."""

    area = serializers.CharField(source="code")
    name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    registered = serializers.IntegerField(source="figures.registered")
    screened = serializers.IntegerField(source="figures.screened")
    obliged = serializers.IntegerField(source="figures.obliged")
    graded = serializers.IntegerField(source="figures.graded")
    ungraded = serializers.IntegerField(source="figures.ungraded")
    grade_a = serializers.IntegerField(source="figures.grade_a")
    grade_b = serializers.IntegerField(source="figures.grade_b")
    grade_c = serializers.IntegerField(source="figures.grade_c")
    grade_d = serializers.IntegerField(source="figures.grade_d")
    surveyed = serializers.IntegerField(source="figures.surveyed")
    rate_gross = serializers.FloatField(source="figures.rate_gross", allow_null=True)
    rate_net = serializers.FloatField(source="figures.rate_net", allow_null=True)
    rate_surveyed = serializers.FloatField(source="figures.rate_surveyed", allow_null=True)
    new_graded = serializers.IntegerField(allow_null=True, help_text="较上期新增已分级")
    new_screened = serializers.IntegerField(allow_null=True, help_text="较上期新增筛除")
    counts = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        help_text="全部冻结的数：包保干部 cadres_*、已分配 covered、承诺书 pledges_signed、台账 ledgers_* 等",
    )
    changed_cadres = serializers.IntegerField(allow_null=True, help_text="较上期登记的干部变更")
    changed_entities = serializers.IntegerField(allow_null=True, help_text="较上期登记的主体变更")


class CountyReviewSerializer(serializers.Serializer):
    """How a county stands with its line of a report."""

    area = serializers.CharField(source="review.area_id")
    name = serializers.CharField(source="review.area.name")
    state = serializers.ChoiceField(choices=ReviewState.choices, source="review.state")
    punctuality = serializers.CharField(
        help_text="按时 on_time、迟报 late、未报 missing、待核对 waiting"
    )
    reported_at = serializers.DateTimeField(source="review.reported_at", allow_null=True)
    remark = serializers.CharField(source="review.remark")
    checker = serializers.CharField(source="review.checker", help_text="审核人")
    reason = serializers.CharField(source="review.reason", help_text="退回原因")


class LineConfirmRequest(serializers.Serializer):
    remark = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    checker = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True, help_text="审核人"
    )


class LineReturnRequest(serializers.Serializer):
    reason = serializers.CharField(max_length=200, help_text="哪个数不对，应是多少")


class ReportSerializer(serializers.Serializer):
    """A day's report in the list."""

    url = serializers.HyperlinkedIdentityField(view_name="api:daily-report-detail")
    id = serializers.IntegerField()
    number = serializers.IntegerField(help_text="期号")
    date = serializers.DateField()
    area = serializers.CharField(source="area_id")
    area_name = serializers.CharField(source="area.name")
    as_of = serializers.DateTimeField(help_text="截至")
    state = serializers.ChoiceField(choices=ReportState.choices, help_text="签发后不再改动")
    due_at = serializers.DateTimeField(allow_null=True, help_text="核对截止")
    issued_at = serializers.DateTimeField(allow_null=True, help_text="签发时间")
    counties = serializers.IntegerField(help_text="应核对的县(市、区)")
    confirmed = serializers.IntegerField(help_text="已核对的县(市、区)")


class ReportDetailSerializer(ReportSerializer):
    """A report with the rows that the reader may see and their total (Σ)."""

    is_whole = serializers.BooleanField(help_text="是否全市各县(市、区)")
    text = serializers.SerializerMethodField(help_text="文字说明，一段一项")
    corrections = serializers.ListField(
        child=serializers.CharField(), source="told_words", help_text="更正"
    )
    fingerprint = serializers.CharField(help_text="归档指纹(SHA-256)")
    reviews = CountyReviewSerializer(many=True, source="standings")
    total = ReportFiguresSerializer()
    rows = ReportFiguresSerializer(many=True)

    def get_text(self, report) -> list[str]:
        return self.context["paragraphs"]
