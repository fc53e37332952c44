from importlib import import_module

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "jiamusi_foodsafety.kit"
    label = "kit"
    verbose_name = "工具"

    def ready(self):
        # Shared tasks find the application here and not in the package's __init__: the small child
        # that parses workbooks imports that package and must not wait for Celery.
        import_module("jiamusi_foodsafety.celery")
