from django.apps import AppConfig


class JurisdictionConfig(AppConfig):
    name = "jiamusi_foodsafety.jurisdiction"
    label = "jurisdiction"
    verbose_name = "属地与账号"
