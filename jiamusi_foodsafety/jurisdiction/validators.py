"""Password rules beyond Django's own (等保 2.0 asks for complexity; settings decide)."""

from django.conf import settings
from django.core.exceptions import ValidationError


class CharacterClassesValidator:
    """At least PASSWORD_MIN_CLASSES of: upper case, lower case, digits, other signs."""

    def validate(self, password, user=None):
        classes = sum(
            (
                any(c.isupper() for c in password),
                any(c.islower() for c in password),
                any(c.isdigit() for c in password),
                any(not c.isalnum() for c in password),
            )
        )
        if classes < settings.PASSWORD_MIN_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self):
        return (
            f"密码须含大写字母、小写字母、数字、符号中的至少 {settings.PASSWORD_MIN_CLASSES} 类。"
        )
