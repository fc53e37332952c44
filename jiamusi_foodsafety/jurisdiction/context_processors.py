"""What the frame of each page needs: menu, phone tabs, names, session times."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from .enums import Level
from .queries import county_name


@dataclass(frozen=True)
class Item:
    """A door of the menu. It is absent for those without the permission, and where the URL name is unknown."""

    label: str
    icon: str
    url_name: str
    permission: str = ""  # any one of these
    badge: str = ""
    family: str = ""  # what the names of the pages behind this door begin with


MENU = [
    (
        "",
        [
            Item("驾驶舱", "layout-dashboard", "reports:dashboard", "reports.view_dashboard",
                 family="reports:dashboard reports:area-dashboard reports:wall- reports:spread"),
            Item("我的待办", "checklist", "todo", badge="todo"),
            # a cadre's first page, and a leader's own entry to the businesses that he holds
            Item("我的督导", "clipboard-check", "inspections:phone", "inspections.make_visit",
                 family="inspections:phone inspections:phone-entities inspections:visit-make"),
        ],
    ),
    (
        "谁来管",
        [
            Item("包保分配", "affiliate", "responsibility:coverage", "responsibility.view_assignment",
                 family="responsibility:coverage responsibility:holding- responsibility:plan- "
                        "responsibility:bond- responsibility:vacancy-"),
            Item("包保干部", "users", "responsibility:cadre-list", "responsibility.view_cadre",
                 family="responsibility:cadre- responsibility:handover-"),
            Item("清单与承诺", "signature", "responsibility:papers",
                 "responsibility.view_listdocument", badge="papers",
                 family="responsibility:papers responsibility:list- responsibility:pledge- "
                        "responsibility:letter- responsibility:duty-"),
            Item("变更台账", "history", "responsibility:change-list",
                 "responsibility.view_change", family="responsibility:change-"),
        ],
    ),
    (
        "管什么",
        [
            Item("主体名录", "building-store", "entities:entity-list", "entities.view_entity",
                 family="entities:entity-"),
            Item("两员与日周月", "certificate", "inspections:safety-list",
                 "inspections.view_entitycompliance", family="inspections:safety-"),
            Item("台账上传", "upload", "entities:upload-list", "entities.upload_ledger",
                 badge="uploads", family="entities:upload-"),
            Item("异常筛除", "filter-x", "entities:screening-list", "entities.view_screening",
                 badge="screenings", family="entities:screening-"),
            Item("分级标准", "scale", "entities:grading-standard-list",
                 "entities.view_gradingstandard", family="entities:grading-standard-"),
        ],
    ),
    (
        "怎么管",
        [
            Item("督导任务", "clipboard-check", "inspections:due-list", "inspections.view_duevisit",
                 badge="dues", family="inspections:due- inspections:visit- inspections:checklist-"),
            Item("督查", "search", "inspections:check-list", "inspections.export_check",
                 family="inspections:check- inspections:campaign- inspections:standard-"),
            Item("问题整改", "tool", "inspections:problem-list", "inspections.view_problem",
                 badge="problems", family="inspections:problem-"),
        ],
    ),
    (
        "进度与报告",
        [
            Item("日报", "clipboard-data", "reports:daily-report-list",
                 "reports.view_dailyreport", badge="reports", family="reports:daily-report-"),
            Item("指标", "chart-line", "reports:indicator-list", "reports.view_dashboard",
                 family="reports:indicator-"),
            Item("倒排工期", "trending-up", "reports:plan", "reports.view_dashboard",
                 family="reports:plan reports:plan-"),
            Item("数据质量", "database-search", "reports:quality", "reports.view_dashboard",
                 family="reports:quality reports:quality- entities:twin- entities:merge-"),
            Item("导出模板", "file-export", "reports:profile-list", "reports.view_exportprofile",
                 family="reports:profile-"),
        ],
    ),
    (
        "组织与文件",
        [
            Item("工作提示", "bell-ringing", "responsibility:notice-list",
                 "responsibility.view_notice", badge="notices",
                 family="responsibility:notice- responsibility:instruction- "
                        "responsibility:guidance-"),
            Item("会议与文件", "folders", "responsibility:meeting-list",
                 "responsibility.view_meeting",
                 family="responsibility:meeting- responsibility:document- "
                        "responsibility:organisation responsibility:body- "
                        "responsibility:experience- responsibility:training-"),
        ],
    ),
    ("", [Item("系统管理", "settings", "admin:index", "jurisdiction.administer jurisdiction.audit")]),
]  # fmt: skip

# The four tabs of the phone: for those who look at progress, and for those who hold businesses.
LEADER_TABS = [
    Item("驾驶舱", "layout-dashboard", "reports:dashboard", "reports.view_dashboard",
         family="reports:dashboard reports:area-dashboard"),
    Item("要推动", "alert-triangle", "todo", badge="todo"),
    Item("问题", "tool", "inspections:problem-list", "inspections.claim_problem",
         badge="problems", family="inspections:problem-"),
    Item("日报", "clipboard-data", "reports:daily-report-list", "reports.view_dailyreport",
         family="reports:daily-report-"),
    Item("我的", "user", "account"),
]  # fmt: skip
CADRE_TABS = [
    Item("待办", "checklist", "inspections:phone", badge="todo", family="inspections:phone todo"),
    Item("我的主体", "building-store", "inspections:phone-entities", "entities.view_entity",
         family="inspections:phone-entities entities:entity-"),
    Item("问题", "tool", "inspections:problem-list", "inspections.view_problem",
         badge="problems", family="inspections:problem-"),
    Item("我的", "user", "account"),
]  # fmt: skip


def shell(request):
    """The frame's context, worked out only when a template asks: error pages then need no database."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request):
    user = getattr(request, "user", None)
    frame = {
        "bureau": settings.BUREAU_NAME,
        "version": settings.PRODUCT_VERSION,
        "home_url": url_or_nothing("home") or "/",
        "menu": [],
        "tabs": [],
        "name": "",
        "role": "",
        "is_big_type": False,
        "idle_seconds": 0,
        "unread_count": 0,
        "insecure_notice": False,
        "account_url": "",
        "logout_url": "",
        "password_url": "",
        "prolong_url": "",
        "text_size_url": "",
        "search_url": "",
        "messages_url": "",
    }
    if user is None or not user.is_authenticated:
        return frame
    due = _due(user)
    leads = user.has_perm("reports.view_dashboard")
    groups = ((label, _doors(items, request, due)) for label, items in MENU)
    return frame | {
        "bureau": _bureau(user),
        "menu": [{"label": label, "items": doors} for label, doors in groups if doors],
        "tabs": _doors(LEADER_TABS if leads else CADRE_TABS, request, due),
        "name": user.get_full_name(),
        "role": _role(user),
        "is_big_type": user.is_big_type,
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "unread_count": due.get("unread", 0),
        "insecure_notice": settings.INSECURE_HTTP
        and not settings.DEBUG
        and user.has_perm("jurisdiction.administer"),
        "account_url": url_or_nothing("account"),
        "logout_url": url_or_nothing("logout"),
        "password_url": url_or_nothing("password_change"),
        "prolong_url": url_or_nothing("session-prolong"),
        "text_size_url": url_or_nothing("text-size"),
        "search_url": url_or_nothing("entities:entity-list")
        if user.has_perm("entities.view_entity")
        else "",
        "messages_url": url_or_nothing("responsibility:notification-list"),
    }


def url_or_nothing(name, *args):
    """The address of a URL name, or nothing while no room answers to that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _due(user):
    """What this person must do, by badge key: each named counter gives {key: number} from one cheap read;
    numbers of the same key add up."""
    due = Counter()
    for path in getattr(settings, "SHELL_BADGE_COUNTERS", []):
        due.update(import_string(path)(user=user))
    return due


def _doors(items, request, due):
    doors = []
    for item in items:
        rights = item.permission.split()
        if rights and not any(request.user.has_perm(right) for right in rights):
            continue
        url, label = url_or_nothing(item.url_name), item.label
        if not url:
            continue
        if item.url_name == "reports:dashboard" and _is_below_city(request.user):
            label = "县区看板"
        doors.append(
            {
                "label": label,
                "icon": item.icon,
                "url": url,
                "due": due.get(item.badge, 0) if item.badge else 0,
                "current": _is_current(item, request),
            }
        )
    return doors


def _is_current(item, request):
    match = getattr(request, "resolver_match", None)
    if match is None:
        return False
    names = (item.family or item.url_name).split()
    return any(
        match.view_name == name or (name.endswith("-") and match.view_name.startswith(name))
        for name in names
    )


def _is_below_city(user):
    return bool(user.station_id) or len(user.area_id or "") > 4


def _bureau(user):
    if not _is_below_city(user):
        return settings.BUREAU_NAME
    area = user.station.county if user.station_id else user.area
    county = area.name if area.level == Level.COUNTY else county_name(area.code)
    return f"{county}市场监督管理局" if county else settings.BUREAU_NAME


def _role(user):
    if hasattr(user, "role_name"):  # read with the session's account
        return user.role_name or ""
    return user.groups.order_by("pk").values_list("name", flat=True).first() or ""
