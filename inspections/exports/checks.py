"""督查, 专项 and 对标达标 as tables."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.phones import mask_numbers

from ..enums import SampleKind
from ..models import CheckRound, CheckSample, StandardItem
from ..models.checks import stratum_word
from ..queries.check_draws import area_names, drawn_words, frame_listed, frame_of
from ..queries.checks import add_tallies

ROUNDS = ("层级", "年度", "轮次", "督查单位", "督查对象", "督查组", "起", "止", "阶段", "种子", "抽样框时点",
          "已查(项)", "应查(项)", "已查(家)", "抽中(家)", "已问(人)", "抽中(人)", "得分", "已查项满分", "问题(个)",
          "未改(个)", "整改期限")  # fmt: skip
SAMPLES = ("抽什么", "层", "名次", "编号", "名称", "属地", "状态", "换的理由", "核级", "应为", "包保干部是谁、来过没有",
           "最近一次来", "两员", "日管控", "周排查", "月调度", "电话抽问", "所见", "检查人", "检查时间")  # fmt: skip
FRAME = ("抽什么", "层", "名次", "SHA-256(种子|编号)", "编号", "现名称", "属地", "抽中")
COVERAGE = ("区划代码", "单位", "上级", "是否已督查", "反馈书发出")
TAGS = ("专项", "标在", "内容", "属地", "标记人", "标记时间")
STANDARDS = ("类别", "评审项目", "标准", "责任属地", "责任单位", "期限", "状态", "最近进展")
BATCH = 500


def round_rows(found: QuerySet[CheckRound]) -> Iterator[tuple]:
    """Rounds, newest first."""
    rows = found.select_related("owner", "target").order_by("-starts_on", "-pk")
    for start in range(0, rows.count(), BATCH):
        some = list(rows[start : start + BATCH])
        add_tallies(some)
        for row in some:
            tally = row.tally
            yield (
                row.get_level_display(), row.year, row.number, row.owner.name, row.target.name,
                row.team_name, row.starts_on, row.ends_on, row.get_state_display(), row.seed,
                row.frame_at, tally.items, tally.items_all, tally.entities, tally.entities_all,
                tally.cadres, tally.cadres_all, tally.points, tally.most, row.found, row.left,
                row.due_on,
            )  # fmt: skip


def sample_rows(found: Iterable[CheckSample]) -> Iterator[tuple]:
    """Drawn rows with their numbers, by which anybody can draw again."""
    for row in found:
        thing = row.entity or row.cadre
        yield (
            row.get_kind_display(), row.stratum or "待分级", row.rank, thing.pk, thing.name,
            row.area.path_name, "已换" if row.is_replaced else "抽中", row.replace_reason,
            row.get_grade_verdict_display() if row.entity_id else "", row.right_grade,
            row.get_cadre_known_display() if row.entity_id else "", row.came_on,
            *([row.get_officers_display(), row.get_daily_display(), row.get_weekly_display(),
               row.get_monthly_display()] if row.entity_id else [""] * 4),
            row.get_call_verdict_display() if row.cadre_id else "", mask_numbers(row.note),
            row.checked_by.get_full_name() if row.checked_by else "", row.checked_at,
        )  # fmt: skip


def frame_rows(check_round: CheckRound) -> Iterator[tuple]:
    """The frame of a drawn round with what it was ordered by: sorted by the fourth column, the first n of each
    stratum are the drawn ones."""
    frame, names = frame_of(check_round), area_names(below=check_round.target_id)
    words = drawn_words(check_round=check_round)
    for kind in SampleKind:
        for row in frame_listed(frame=frame, kind=kind, seed=check_round.seed):
            yield (
                kind.label, stratum_word(kind, row.stratum), row.rank, row.digest, row.id, row.name,
                names.get(row.area, row.area), words.get((kind, row.id), ""),
            )  # fmt: skip


def standard_rows(found: Iterable[StandardItem]) -> Iterator[tuple]:
    """Review items with the last entry of their way (`last_text`)."""
    for row in found:
        yield (
            row.heading, row.item, row.standard, row.area.path_name, row.unit, row.due_on,
            row.get_state_display(), row.last_text or "",
        )  # fmt: skip
