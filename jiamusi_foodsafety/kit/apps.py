from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "jiamusi_foodsafety.kit"
    label = "kit"
    verbose_name = "工具"
