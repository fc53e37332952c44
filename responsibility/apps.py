from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db.models.signals import post_migrate

# domain §1.2: A ↔ 市, B ↔ 县, C ↔ 乡, D ↔ 村; and the suggested soft caps, in 家 (示例，可修改)
GRADE_LEVELS = {"A": "city", "B": "county", "C": "township", "D": "village"}
LOAD_CAPS = {"city": 5, "county": 10, "township": 20, "village": 30}
# domain §9: what may make a bond wrong runs against 15 + 7 working days
CLOCKED = (
    "cadre_post", "cadre_left", "entity_new", "entity_status", "entity_grade", "entity_area",
    "entity_gone",
)  # fmt: skip


class ResponsibilityConfig(AppConfig):
    name = "responsibility"
    verbose_name = "属地责任"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(first_rows, sender=self)


def first_rows(sender, using, apps=all_apps, **kwargs):
    """The tables without which no bond can be made; rows that staff edited stay as they are. (`flush`
    gives no `apps`.)"""
    try:
        levels = apps.get_model("responsibility", "GradeLevel").objects.using(using)
        caps = apps.get_model("responsibility", "LoadCap").objects.using(using)
        clocks = apps.get_model("responsibility", "ChangeClock").objects.using(using)
    except LookupError:
        return
    for grade, level in GRADE_LEVELS.items():
        if not levels.filter(grade=grade).exists():
            levels.create(grade=grade, level=level, rank=1)
    for level, most in LOAD_CAPS.items():
        caps.get_or_create(level=level, defaults={"most": most})
    for kind in CLOCKED:
        clocks.get_or_create(kind=kind)
