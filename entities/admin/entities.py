"""主体 in the administration: the list page's rows and filters in Django's change list; writes by services."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.forms import Form, ModelForm
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.admin_mixins import ScopedAdminMixin
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from jiamusi_foodsafety.kit.templatetags.ui import grade_badge, status_badge, zh_date, zh_moment

from .. import tasks
from ..enums import UploadChannel, UploadState
from ..filters import SHORTEST_SEARCH
from ..forms import GradeForm, ScreenForm
from ..ledger.uploads import upload_accept
from ..models import Entity
from ..queries.entities import PER_PAGE, SORTS, entity_page
from ..queries.uploads import upload_areas
from ..rules import normalise_code
from ..services.entities import entity_create, entity_update
from ..services.grading import grade_set, suggestions_adopt
from ..services.screening import screening_propose
from .filters import FILTERS, reading_of
from .forms import EntityAdminForm, LedgerForm

PLACE = ("after", "before", "page", "sort")
NARROWING = {"q", *(spec.parameter_name for spec in FILTERS)}


class EntityChangeList(ChangeList):
    """Pages by key and numbers from the counters, as the list page: no COUNT and no OFFSET over the
    register."""

    def __init__(self, request, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.title = "选择主体来修改"

    def get_filters_params(self, params=None):
        found = super().get_filters_params(params)
        return {key: value for key, value in found.items() if key not in PLACE}

    def get_results(self, request):
        reading = reading_of(request)
        self.sort = reading.conditions.sort
        number = request.GET.get("page", "")
        self.page = entity_page(
            self.queryset,
            sort=self.sort,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            number=int(number) if number.isdecimal() and len(number) < 9 else 1,
        )
        self.result_list = self.page.rows
        self.result_count = reading.count
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = Paginator(self.result_list, PER_PAGE)
        self._links()

    def _links(self):
        page = self.page
        self.previous_url = self.next_url = ""
        if page.previous:
            self.previous_url = self._moved(before=page.previous, page=page.number - 1)
        if page.next:
            self.next_url = self._moved(after=page.next, page=page.number + 1)
        self.sorts = [
            {"label": label, "current": key == self.sort, "url": self._moved(sort=key)}
            for key, (label, _) in SORTS.items()
        ]
        self.export_query = self.get_query_string(remove=["after", "before", "page"])

    def _moved(self, **place):
        return self.get_query_string(dict.fromkeys(("after", "before", "page")) | place)

    def get_query_string(self, new_params=None, remove=None):
        """Another condition begins at the first page."""
        if not new_params or not set(new_params) & {"after", "before"}:
            new_params = {"after": None, "before": None, "page": None} | (new_params or {})
        return super().get_query_string(new_params, remove)


@admin.register(Entity)
class EntityAdmin(ScopedAdminMixin, admin.ModelAdmin):
    menu_order = 1
    form = EntityAdminForm
    change_list_template = "entities/admin/change_list.html"
    list_display = (
        "name", "licence", "county", "town", "grade_mark", "cadre", "status_mark", "expiry", "changed",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = FILTERS
    list_per_page = PER_PAGE
    search_fields = ("name",)
    sortable_by = ()
    ordering = ("area", "pk")
    actions = ("set_grade", "adopt", "propose_screening")
    readonly_fields = (
        "status", "grade", "grade_source", "grade_reason", "suggested_grade", "suggested_rule",
        "area_text", "station_text", "doubts", "created_at", "updated_at",
    )  # fmt: skip
    STATE = (
        "状态与等级（用“动作”或主体详情页办理）",
        {
            "fields": (
                "status", "grade", "grade_source", "grade_reason", "suggested_grade",
                "suggested_rule", "doubts", "area_text", "station_text", "created_at", "updated_at",
            )
        },
    )  # fmt: skip

    # --- the list ---------------------------------------------------------------------------------

    def get_changelist(self, request, **kwargs):
        return EntityChangeList

    def lookup_allowed(self, lookup, value, request):
        """The filters' own names only: an address cannot ask what no filter offers."""
        return lookup in NARROWING

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()
        if not text:
            return queryset, False
        if len(text) < 2:
            messages.warning(request, SHORTEST_SEARCH)
            return queryset.none(), False
        return queryset.searched(text, normalise_code(text)), False

    @admin.display(description="许可证编号")
    def licence(self, entity):
        return entity.licence_no

    @admin.display(description="县(市、区)")
    def county(self, entity):
        return self._above(entity, 6)

    @admin.display(description="乡镇街道")
    def town(self, entity):
        return self._above(entity, 9) or entity.area_text

    def _above(self, entity, length):
        area = entity.area
        while area is not None and len(area.code) > length:
            area = area.parent
        return area.name if area is not None and len(area.code) == length else ""

    @admin.display(description="等级")
    def grade_mark(self, entity):
        return grade_badge(entity.grade)

    @admin.display(description="包保干部", empty_value="—")
    def cadre(self, entity):
        return entity.cadre_name

    @admin.display(description="经营状态")
    def status_mark(self, entity):
        if entity.is_in_review:
            return status_badge("待审筛除")
        return status_badge(entity.get_status_display(), entity.status_shape)

    @admin.display(description="有效期至")
    def expiry(self, entity):
        return "长期" if entity.is_permanent else zh_date(entity.expires_on)

    @admin.display(description="最后修改")
    def changed(self, entity):
        return zh_moment(entity.updated_at)

    # --- one business -----------------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        shown = []
        for title, names in EntityAdminForm.FIELDSETS:
            shown.append((title, {"fields": [name for name in names if name != "status"]}))
        shown[0][1]["fields"].append("seen")
        return [*shown, self.STATE] if obj else shown

    def get_form(self, request, obj=None, change=False, **kwargs):
        if not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change=change, form=ModelForm, **kwargs)
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request, obj, form, change):
        given = {"actor": request.user, "address": client_address(request)}
        if not change:
            made = entity_create(values=form.values(), **given)
            obj.__dict__.update(made.__dict__)
        elif form.changed_data:
            entity_update(
                entity=obj,
                revision=form.cleaned_data["seen"],
                changes=form.changes(),
                **given,
            )

    def history_view(self, request, object_id, extra_context=None):
        """The business's own page tells its history in words."""
        response = super().history_view(request, object_id, extra_context)
        found = response.context_data["object"]
        return redirect(reverse("entities:entity-detail", args=[found.pk]) + "#history")

    # --- acts -------------------------------------------------------------------------------------

    def has_set_grade_permission(self, request):
        return request.user.has_perm("entities.set_grade")

    def has_propose_screening_permission(self, request):
        return request.user.has_perm("entities.propose_screening")

    def _ask(self, request, queryset, *, form, title, confirm, run):
        """Ask for what the act needs, then do it; a refusal is shown as its sentence."""
        is_sent = "confirm" in request.POST
        form = form(request.POST, request.FILES) if is_sent else form()
        if is_sent and form.is_valid():
            try:
                messages.success(request, run(form.cleaned_data))
            except DomainError as error:
                messages.error(request, error.message)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "confirm": confirm,
            "count": queryset.order_by().count(),
            "action": request.POST.get("action", ""),
            "select_across": request.POST.get("select_across", "0"),
            "chosen": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
        }
        return TemplateResponse(request, "entities/admin/act.html", context)

    @admin.action(description="设定等级…", permissions=["set_grade"])
    def set_grade(self, request, queryset):
        def run(given):
            changed = grade_set(
                actor=request.user,
                entities=queryset,
                grade=given["grade"],
                reason=given["reason"],
                address=client_address(request),
            )
            return f"已设定 {changed:,} 家的包保等级。"

        return self._ask(
            request, queryset, form=GradeForm, title="设定等级", confirm="设定等级", run=run
        )

    @admin.action(description="按建议定级…", permissions=["set_grade"])
    def adopt(self, request, queryset):
        def run(given):
            counts = suggestions_adopt(
                actor=request.user, entities=queryset, address=client_address(request)
            )
            by_hand = counts["by_hand"]
            return f"已按建议定级 {counts['changed']:,} 家；人工设定的 {by_hand:,} 家没有改。"

        return self._ask(
            request, queryset, form=Form, title="按建议定级", confirm="按建议定级", run=run
        )

    @admin.action(description="提请筛除…", permissions=["propose_screening"])
    def propose_screening(self, request, queryset):
        def run(given):
            counts = screening_propose(
                actor=request.user,
                entities=queryset,
                status_to=given["status_to"],
                reason=given["reason"],
                evidence=given["evidence"],
                address=client_address(request),
            )
            return f"已提请筛除 {counts['made']:,} 家，等待县局复核。"

        return self._ask(
            request, queryset, form=ScreenForm, title="提请筛除", confirm="提请筛除", run=run
        )

    # --- the ledger's door ------------------------------------------------------------------------

    def get_urls(self):
        gate = require("entities.view_entity", "entities.upload_ledger")
        page = limited("upload", limit=60)(gate(self.import_view))
        own = path("import/", self.admin_site.admin_view(page), name="entities_entity_import")
        return [own, *super().get_urls()]

    def import_view(self, request):
        """Never a direct write: the file goes into the ledger pipeline, which shows what it would change."""
        areas = {area.pk: area for area in upload_areas(user=request.user)}
        form = LedgerForm(request.POST or None, request.FILES or None, areas=areas.values())
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            upload = upload_accept(
                source=file.file,
                filename=file.name,
                area=areas[form.cleaned_data["area"]],
                by=request.user,
                channel=UploadChannel.ADMIN,
                mode=form.cleaned_data["mode"],
                at=timezone.now(),
                address=client_address(request),
            )
            if upload.state == UploadState.QUEUED:
                tasks.ring(upload.pk)
            return redirect("entities:upload-detail", upload.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "导入台账",
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "entities/admin/import.html", context)
