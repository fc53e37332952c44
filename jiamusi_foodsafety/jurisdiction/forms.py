"""Shape of input at the door and on the account page."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm
from django.core.exceptions import ValidationError

from jiamusi_foodsafety.kit.forms import GuidingMixin, HouseForm


class LoginForm(GuidingMixin, AuthenticationForm):
    """One sentence for a wrong password, an unknown and a disabled account alike."""

    def get_invalid_login_error(self):
        failures = getattr(self.request, "axes_failures_since_start", None) or 0
        left = max(0, settings.AXES_FAILURE_LIMIT - failures)
        minutes = round(settings.AXES_COOLOFF_TIME * 60)
        return ValidationError(
            f"用户名或密码不对。还可以再试 {left} 次，之后锁定 {minutes} 分钟。",
            code="invalid_login",
        )

    def confirm_login_allowed(self, user):
        if not user.is_active:
            raise self.get_invalid_login_error()


class PasswordChangeForm(GuidingMixin, DjangoPasswordChangeForm):
    def clean(self):
        data = super().clean()
        new = data.get("new_password1")
        if new and self.user.check_password(new):
            self.add_error("new_password1", "新密码不能与现用密码相同。")
        return data


class ApiKeyForm(HouseForm):
    label = forms.CharField(label="用途", max_length=60, help_text="例如：与办公系统对接")
