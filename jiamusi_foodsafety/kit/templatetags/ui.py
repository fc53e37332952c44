"""Template tags and filters that every page shares: numbers, dates, marks with a meaning, bars."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html

from ..phones import mask_numbers

register = template.Library()

NOTHING = "—"
MINUS = "−"
GRADES = ("A", "B", "C", "D")
CURSOR_KEYS = ("after", "before", "page")

# A meaning always looks the same: icon and tone by shape; the word beside it is the page's.
SHAPES = {
    "ok": ("circle-check", "green"),
    "progress": ("progress", "blue"),
    "running": ("loader-2", "blue"),
    "hint": ("alert-triangle", "amber"),
    "late": ("clock", "amber"),
    "waiting": ("clock", "amber"),
    "overdue": ("clock-exclamation", "red"),
    "error": ("alert-octagon", "red"),
    "refused": ("ban", "red"),
    "half": ("circle-half-2", "amber"),
    "out": ("circle-minus", "grey"),
    "back": ("arrow-back-up", "grey"),
    "signed": ("link", "green"),
    "broken": ("unlink", "red"),
    "not-due": ("calendar", "grey"),
    "ahead": ("trending-up", "green"),
    "info": ("info-circle", "blue"),
}

WORDS = {
    "ok": "达标 按时 在营 正常 有效 许可有效 已写入 已完成 已签发 已确认 已批准 已销号 有",
    "progress": "推进中 按计划 市局汇总中 草稿",
    "running": "排队中 读取中 识别中 校验中 比对中 写入中 撤销中 处理中",
    "hint": "提示 到期 即将到期 已过期 缺 待选列",
    "late": "迟报",
    "waiting": "待确认 待核对 待复核 待审筛除 待审批 待审 待分级",
    "overdue": "逾期",
    "error": "未报 滞后 错误",
    "refused": "拒收 整份未收 已拒绝 退回 已退回",
    "half": "停产停业 歇业 季节性停业 季节性经营",
    "out": "已筛除 筛除 注销 吊销 撤销登记 停业未注销 查无下落 失联 未开业 重复登记 非食品 迁出 已放弃",
    "back": "已撤销",
    "signed": "已签",
    "broken": "未签 断链",
    "not-due": "未到日子",
    "ahead": "快于计划",
}
SHAPE_OF_WORD = {word: shape for shape, words in WORDS.items() for word in words.split()}


@register.simple_tag
def icon(name, size=""):
    """An outline icon from the sprite; decoration only, so the word beside it carries the meaning."""
    href = f"{static('vendor/icons.svg')}#i-{name}"
    extra = f" icon-{size}" if size else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        extra,
        href,
    )


# --- numbers -----------------------------------------------------------------------------


@register.filter
def thousands(value):
    """27748 → 27,748; nothing → —; a true minus sign."""
    if value is None or value == "":
        return NOTHING
    return f"{value:,}".replace("-", MINUS)


@register.filter
def signed(value):
    """Change in 家: 186 → +186, −3, 0; nothing → —."""
    if value is None or value == "":
        return NOTHING
    return f"+{value:,}" if value > 0 else thousands(value)


@register.filter
def rate(value):
    """A percentage 0–100 with two decimals, half up: 88.955 → 88.96%; nothing → —."""
    if value is None or value == "":
        return NOTHING
    exact = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{exact}%".replace("-", MINUS)


def _percent(part, whole):
    return Decimal(part) * 100 / Decimal(whole) if whole else None


@register.simple_tag
def rate_of(part, whole):
    """part/whole as a rate; a denominator of 0 gives —."""
    return rate(_percent(part, whole))


@register.simple_tag
def rate_badge(value, low=80, high=95):
    """A rate (0–100) with shape and tone: ≥ high is reached, ≥ low on its way, below it behind."""
    if value is None or value == "":
        return format_html('<span class="zero">{}</span>', NOTHING)
    if value >= high:
        tone, shape, word = "green", "circle-check", "达标"
    elif value >= low:
        tone, shape, word = "amber", "progress", "推进中"
    else:
        tone, shape, word = "red", "alert-octagon", "滞后"
    return format_html(
        '<span class="badge-state tone-{}">{}<span class="visually-hidden">{} </span>{}</span>',
        tone,
        icon(shape),
        word,
        rate(value),
    )


@register.simple_tag
def figure(value, url=""):
    """A count in a table: a link to its rows; 0 and — are grey and lead nowhere."""
    if not value:
        return format_html('<span class="zero">{}</span>', thousands(value))
    if not url:
        return thousands(value)
    return format_html('<a class="figure" href="{}">{}</a>', url, thousands(value))


# --- dates -------------------------------------------------------------------------------


def _local(value):
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def zh_date(value):
    """2022-11-02, as tables write it; nothing → —."""
    value = _local(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else NOTHING


@register.filter
def zh_day(value):
    """2022年11月2日, as prose and titles write it; nothing → —."""
    value = _local(value)
    if not isinstance(value, date):
        return NOTHING
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def zh_moment(value):
    """11-02 17:21 within the year, else with the year in front; nothing → —."""
    value = _local(value)
    if not isinstance(value, datetime):
        return zh_date(value)
    this_year = value.year == timezone.localdate().year
    return f"{value:%m-%d %H:%M}" if this_year else f"{value:%Y-%m-%d %H:%M}"


@register.filter
def zh_as_of(value):
    """2022年11月2日 18:20, the moment a figure stands for; nothing → —."""
    value = _local(value)
    return f"{zh_day(value)} {value:%H:%M}" if isinstance(value, datetime) else zh_day(value)


# --- marks with a meaning ----------------------------------------------------------------


@register.simple_tag
def grade_badge(grade, size=""):
    """包保等级 as a square with its letter; 待定 is a dashed square. Never for 风险等级."""
    extra = f" grade-{size}" if size else ""
    if grade in GRADES:
        return format_html(
            '<span class="grade grade-{}{}"><span class="visually-hidden">包保等级 </span>{}</span>',
            grade.lower(),
            extra,
            grade,
        )
    return format_html(
        '<span class="grade grade-none{}" title="待定"><span class="visually-hidden">'
        '包保等级待定</span><span aria-hidden="true">–</span></span>',
        extra,
    )


@register.simple_tag
def status_badge(word, shape="", fill=False):
    """A state as icon and word. The shape follows from the word unless given; fill only beside titles."""
    mark, tone = SHAPES.get(shape or SHAPE_OF_WORD.get(str(word), ""), ("", "grey"))
    css = "badge-fill" if fill else "badge-state"
    return format_html(
        '<span class="{} tone-{}">{}{}</span>', css, tone, icon(mark) if mark else "", word
    )


# --- bars (SVG: widths are attributes, which a strict CSP allows) ------------------------


def _segments(parts, whole):
    start, segments = Decimal(0), []
    for name, value in parts:
        width = _percent(value or 0, whole) or Decimal(0)
        segments.append({"name": name, "value": value, "x": f"{start:.3f}", "w": f"{width:.3f}"})
        start += width
    return segments


@register.inclusion_tag("components/_whole_bar.html")
def whole_bar(graded, pending, screened):
    """All 在册 as one bar: 已分级, 待分级, 已批准筛除; shows 毛 and 净 at once."""
    whole = graded + pending + screened
    parts = [("graded", graded), ("pending", pending), ("screened", screened)]
    label = f"已分级 {graded:,}，待分级 {pending:,}，已批准筛除 {screened:,}，共 {whole:,}"
    return {"segments": _segments(parts, whole), "label": label}


@register.inclusion_tag("components/_progress_bar.html")
def progress_bar(done, total, label="", tone="blue", target=None):
    """done of total as a bar from 0 to 100; a target (0–100) is a tick. Total 0 or None is an empty bar."""
    share = min(_percent(done or 0, total or 0) or Decimal(0), Decimal(100))
    return {
        "width": f"{share:.3f}",
        "now": int(share),
        "label": label or f"{done or 0:,} / {total or 0:,}",
        "tone": tone,
        "target": target,
    }


# --- query strings and forms -------------------------------------------------------------


@register.simple_tag(takes_context=True)
def querystring_without(context, *pairs):
    """The present query string less key/value pairs (value "" drops the key) and less the pager's cursor."""
    query = context["request"].GET.copy()
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        left = [item for item in query.getlist(key) if value != "" and item != str(value)]
        query.setlist(key, left)
        if not left:
            query.pop(key, None)
    for key in CURSOR_KEYS:
        query.pop(key, None)
    return "?" + query.urlencode()


@register.filter
def masked_unless(text, may_see):
    """A running text; the telephone numbers in it masked unless the reader may see whole ones."""
    return text if may_see else mask_numbers(text or "")


@register.filter
def control(field):
    """A bound form field as its widget with the kit's class for that kind of input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    css = f"{css} is-invalid" if field.errors else css
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {own}".strip()})


@register.filter
def is_checkbox(field):
    """True for a single tick box, whose label stands to its right."""
    return isinstance(field.field.widget, forms.CheckboxInput)
