"""Production settings. Every secret comes from the environment; without one the process refuses to start.

development, demo and test import this module and loosen it.
"""

from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from jiamusi_foodsafety.kit.addresses import database_from_url, redis_with_database
from jiamusi_foodsafety.kit.logs import configure_logs

from .beat import CELERY_BEAT_SCHEDULE  # noqa: F401 (a setting)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = Env()

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: use `openssl rand -hex 32` (README).")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))

# --- the house: rooms, from the lowest up ------------------------------------------------------
INSTALLED_APPS = [
    "jiamusi_foodsafety.kit",
    "jiamusi_foodsafety.jurisdiction",
    "entities",
    "responsibility",
    "inspections",
    "reports",
    "jiamusi_foodsafety.jurisdiction.apps.OneDoorAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    # Before all that answers by itself (static files, redirects, refusals): each answer has the header.
    "csp.middleware.CSPMiddleware",
    "jiamusi_foodsafety.kit.middleware.DatabaseDownMiddleware",
    "jiamusi_foodsafety.kit.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiamusi_foodsafety.kit.middleware.PlainAddressMiddleware",
    "jiamusi_foodsafety.jurisdiction.middleware.LoginGateMiddleware",
    "jiamusi_foodsafety.jurisdiction.middleware.SessionLifetimeMiddleware",
    "jiamusi_foodsafety.jurisdiction.middleware.PasswordAgeMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiamusi_foodsafety.jurisdiction.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jiamusi_foodsafety.urls"
WSGI_APPLICATION = "jiamusi_foodsafety.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiamusi_foodsafety.jurisdiction.context_processors.shell",
            ],
            "builtins": ["jiamusi_foodsafety.kit.templatetags.ui"],
        },
    },
]

# --- data ------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "")
if not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL is not set: name the PostgreSQL server (README).")
DATABASES = {"default": database_from_url(DATABASE_URL)}
# Kept connections: a new one for each request costs a factor of eight (measured).
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)

REDIS_URL = env.str("REDIS_URL")
# A dead Redis must cost two seconds, not a minute (measured: 60 s with the defaults).
REDIS_TIMEOUTS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "jiamusi_foodsafety.kit.cache.ForgivingRedisCache",
        # another numbered database than the broker's: clearing the cache loses no message
        "LOCATION": env.str("CACHE_URL", redis_with_database(REDIS_URL, 1)),
        "OPTIONS": REDIS_TIMEOUTS,
    }
}
# Sessions live in the database: a dead Redis logs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Not FILE_UPLOAD_PERMISSIONS: who collects them is not who serves them.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
    # The upload store lies outside every served folder; files leave it only through views.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("UPLOAD_DIR", str(DATA_DIR / "uploads")),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
MEDIA_ROOT = DATA_DIR / "media"
BACKUP_DIR = Path(env.str("BACKUP_DIR", str(DATA_DIR / "backups")))
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- who comes in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "jurisdiction.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jiamusi_foodsafety.jurisdiction.logins.RoleBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", 10)
PASSWORD_MIN_CLASSES = env.int("PASSWORD_MIN_CLASSES", 3)
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", 90)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jiamusi_foodsafety.jurisdiction.validators.CharacterClassesValidator"},
]
# Five tries for an account from one address, then 15 minutes (reliability bar: attack).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "jiamusi_foodsafety.jurisdiction.views.locked_out"
AXES_USERNAME_CALLABLE = "jiamusi_foodsafety.jurisdiction.logins.axes_username"
AXES_CLIENT_IP_CALLABLE = "jiamusi_foodsafety.jurisdiction.logins.client_ip"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
# Knocking during a lock-out does not prolong it: nobody can lock out another for longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# The audit log tells of tries; axes' own tables are its working memory.
AXES_ENABLE_ADMIN = False
# Over all accounts, from one address.
LOGIN_TRIES_PER_MINUTE = env.int("LOGIN_TRIES_PER_MINUTE", 20)

SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 30 * 60)
SESSION_MAX_SECONDS = env.int("SESSION_MAX_SECONDS", 12 * 60 * 60)
SESSION_COOKIE_AGE = SESSION_MAX_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jiamusi_foodsafety.kit.errors.csrf_failure"

# --- transport -------------------------------------------------------------------------------
# HTTPS ends at the office's proxy. INSECURE_HTTP=1 is a stated exception: it drops Secure and HSTS
# and shows administrators a notice.
INSECURE_HTTP = env.bool("INSECURE_HTTP", False)
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", [])
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else env.int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- uploads ---------------------------------------------------------------------------------
LEDGER_MAX_BYTES = env.int("LEDGER_MAX_BYTES", 20 * 1024 * 1024)
LEDGER_MAX_UNPACKED_BYTES = env.int("LEDGER_MAX_UNPACKED_BYTES", 200 * 1024 * 1024)
LEDGER_MAX_RATIO = env.int("LEDGER_MAX_RATIO", 200)
LEDGER_MAX_ROWS = env.int("LEDGER_MAX_ROWS", 200_000)
LEDGER_MAX_COLUMNS = env.int("LEDGER_MAX_COLUMNS", 200)
LEDGER_CHILD_MEMORY_BYTES = env.int("LEDGER_CHILD_MEMORY_BYTES", 1024 * 1024 * 1024)
LEDGER_CHILD_SECONDS = env.int("LEDGER_CHILD_SECONDS", 60)
# A whole ledger that would miss more than this share of the register asks twice.
LEDGER_MISSING_ALARM_PERCENT = env.int("LEDGER_MISSING_ALARM_PERCENT", 10)
LEDGER_KEEP_DAYS = env.int("LEDGER_KEEP_DAYS", 180)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

# --- background work -------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL", REDIS_URL)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **REDIS_TIMEOUTS,
    "retry_on_timeout": False,
    "visibility_timeout": 1200,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
# The day's report closes at this hour, Asia/Shanghai.
DAILY_REPORT_HOUR = env.int("DAILY_REPORT_HOUR", 17)

# --- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jiamusi_foodsafety.jurisdiction.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "EXCEPTION_HANDLER": "jiamusi_foodsafety.kit.errors.api_exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "佳木斯市食品安全“两个责任”管理系统 API",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "GradeEnum": "entities.enums.Grade",
        "LevelEnum": "jiamusi_foodsafety.jurisdiction.enums.Level",
        "CadreLevelEnum": "responsibility.enums.CadreLevel",
        "ModeEnum": "entities.enums.UploadMode",
        "MeetingModeEnum": "responsibility.enums.MeetingMode",
        "ChangeKindEnum": "responsibility.enums.ChangeKind",
        "ListKindEnum": "responsibility.enums.ListKind",
        "ListStateEnum": "responsibility.enums.ListState",
        "NoticeStateEnum": "responsibility.enums.NoticeState",
        "ProblemStateEnum": "inspections.enums.ProblemState",
        "ProblemSourceEnum": "inspections.enums.ProblemSource",
        "PledgeStateEnum": "responsibility.enums.PledgeState",
        "LetterStateEnum": "responsibility.enums.LetterState",
        "BatchStateEnum": "responsibility.enums.BatchState",
        "ReportStateEnum": "reports.enums.ReportState",
        "ReviewStateEnum": "reports.enums.ReviewState",
        "UploadStateEnum": "entities.enums.UploadState",
        "ChecklistLevelEnum": "inspections.enums.ChecklistLevel",
        "ChecklistStateEnum": "inspections.enums.ChecklistState",
        "DueStateEnum": "inspections.enums.DueState",
        "VisitKindEnum": "inspections.enums.VisitKind",
        "VisitModeEnum": "inspections.enums.VisitMode",
        "PersonSourceEnum": "inspections.enums.PersonSource",
        "CheckLevelEnum": "inspections.enums.CheckLevel",
        "CheckStateEnum": "inspections.enums.CheckState",
        "FindingStateEnum": "inspections.enums.FindingState",
        "SampleKindEnum": "inspections.enums.SampleKind",
        "SeenEnum": "inspections.enums.Seen",
        "ChannelEnum": "jiamusi_foodsafety.kit.ledger.states.UploadChannel",
        "LeaveReasonEnum": "responsibility.enums.LeaveReason",
    },
}

# --- history ---------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
# History is read by object and by context. The indexes of the other copied keys served nobody, and filling
# them took as long as filling the register's own.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

# --- logs: one JSON line a request, without names or phones -----------------------------------
LOGGING = configure_logs(env.str("LOG_LEVEL", "INFO"))
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# What waits for a person, room by room: functions (user) -> [{label, count, url, tone, hint; due, act where there are}].
TODO_PROVIDERS = [
    "entities.queries.todo.todo",
    "responsibility.queries.todo.todo",
    "inspections.queries.visit_todo.todo",
    "inspections.queries.checks_todo.todo",
    "inspections.queries.problem_todo.todo",
    "reports.queries.todo.todo",
]
# Rooms above that take something up from an entity ledger: modules with compare, apply and undo.
LEDGER_FOLLOWERS = ["responsibility.ledger.follow"]
# The numbers in the menu: functions (user) -> {badge: number}, one cheap statement each.
SHELL_BADGE_COUNTERS = [
    "entities.queries.todo.badges",
    "responsibility.queries.todo.badges",
]
# What rooms above count in responsibility's statement: functions (user, on) -> {badge: rows that wait}.
BADGE_SETS = [
    "inspections.queries.visit_todo.badge_sets",
    "inspections.queries.problem_todo.badge_sets",
    "reports.queries.todo.badge_sets",
]
# Rooms above that move what hangs on a business when two are merged: modules with preview, merge and undo.
ENTITY_MERGERS = ["responsibility.services.merging", "inspections.services.merging"]
# Who answers the register about who holds its businesses: a module with held_ids, ids_held_by, bearers,
# holding and unassigned_url. Empty: nobody does.
ENTITY_HOLDERS = "responsibility.queries.held"
# What rooms above show on the page of one cadre: functions (user, cadre) -> {"template": …} or None.
CADRE_CARDS = [
    "inspections.queries.visit_cards.cadre_card",
    "reports.queries.archives.cards.cadre_card",
]
# What rooms above show on the page of one business: functions (user, entity, on) -> {"template": …; is_side:
# in the narrow column} or None.
ENTITY_CARDS = [
    "entities.queries.twins.merge_card",
    "inspections.queries.visit_cards.entity_card",
    "inspections.queries.problem_card.card",
    "inspections.queries.safety.safety_card",
    "reports.queries.archives.cards.entity_card",
]

# What rooms above do with batches of their kinds: functions (batch_id, clock) -> how many were made here.
BATCH_WORKS = ["reports.documents.archive_bundles.bundle_work"]

# The address under which the public reaches this system (QR codes on plates and papers), e.g.
# https://sp.example.gov.cn; without it codes say the address from which they were printed.
PUBLIC_URL = env.str("PUBLIC_URL", "")

# What is shown beside the product's name.
BUREAU_NAME = env.str("BUREAU_NAME", "佳木斯市市场监督管理局")
PRODUCT_VERSION = "1.3.0"
