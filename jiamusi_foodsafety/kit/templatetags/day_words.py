"""How far a day is, in words."""

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


def _day(value):
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def until(due, now):
    """还有 2 天, 今天到期, 逾期 3 天; without a due time nothing."""
    if not due:
        return ""
    left = (_day(due) - _day(now)).days
    if left < 0:
        return f"逾期 {-left} 天"
    if left == 0:
        is_over = isinstance(due, datetime) and isinstance(now, datetime) and due < now
        return "今天已逾期" if is_over else "今天到期"
    return f"还有 {left} 天"


@register.filter
def is_over(due, now):
    """Whether the due time or day has passed."""
    if not due:
        return False
    return (
        due < now
        if isinstance(due, datetime) and isinstance(now, datetime)
        else _day(due) < _day(now)
    )


@register.filter
def days_since(moment, now):
    """Whole days from a moment to now, by the calendar."""
    return (_day(now) - _day(moment)).days if moment else 0
