from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class JurisdictionConfig(AppConfig):
    name = "jiamusi_foodsafety.jurisdiction"
    label = "jurisdiction"
    verbose_name = "属地与账号"
    default = True

    def ready(self):
        from django.contrib.auth import signals

        from . import logins

        signals.user_logged_in.connect(logins.logged_in, dispatch_uid="audit_login")
        signals.user_logged_out.connect(logins.logged_out, dispatch_uid="audit_logout")
        signals.user_login_failed.connect(logins.login_failed, dispatch_uid="audit_login_failed")
        post_migrate.connect(follow_table, dispatch_uid="sync_roles")


def follow_table(sender, **kwargs):
    """After the last app's migration (all permissions exist then) the groups follow roles.py."""
    if sender != [config for config in apps.get_app_configs() if config.models_module][-1]:
        return
    from .services import sync_roles

    sync_roles(strict=False)


class OneDoorAdminConfig(admin_apps.AdminConfig):
    """Django's administration behind the product's own login (settings name this class)."""

    default = False
    default_site = "jiamusi_foodsafety.jurisdiction.admin_site.OneDoorSite"
