from django.apps import AppConfig


class ResponsibilityConfig(AppConfig):
    name = "responsibility"
    verbose_name = "属地责任"
    default_auto_field = "django.db.models.BigAutoField"
