"""One file of settings. What differs between machines comes from the environment.

Unset means the embedded default: SQLite and a queue in files, both under var/, and e-mail on the console.
"""

import hashlib
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

from planning.config import environment
from planning.config.logging import logging_settings

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = environment.folder("VAR_DIR", BASE_DIR / "var")

# --- Who we are -------------------------------------------------------------------------------
SERVICE_NAME = "Planning submissions"
VERSION = "0.1.0"  # kept with every run, so that a result says which software made it
DEBUG = False
SECRET_KEY_IS_KEPT = not environment.text("SECRET_KEY")
SECRET_KEY = environment.text("SECRET_KEY") or environment.kept_secret(VAR / "secret_key")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
AUTH_USER_MODEL = "planning.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "planning",
    "targets",
    "finance",
    "submissions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "oauth2_provider",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "planning.foundation.bodies.bounded_bodies",
    "planning.foundation.characters.NoNulCharacters",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "planning.config.urls"
WSGI_APPLICATION = "planning.config.wsgi.application"

# --- Database, cache, queue -------------------------------------------------------------------
DATABASE_URL = environment.address(
    "DATABASE_URL",
    ("sqlite", "postgres", "postgresql"),
    default=f"sqlite:///{VAR / 'planning.sqlite3'}",
)
DATABASES = {"default": environment.database(DATABASE_URL)}

REDIS_URL = environment.address("REDIS_URL", ("redis", "rediss"))
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Two databases must not ring each other's bell, so each has a queue and a beat of its own.
_queue = VAR / "queue" / hashlib.sha256(DATABASE_URL.encode()).hexdigest()[:12]
_queue.mkdir(parents=True, exist_ok=True)
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600}
else:
    for _part in ("messages", "control"):
        (_queue / _part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,  # the default of a second makes tasks wait for each other
    }

CELERY_RESULT_BACKEND = None  # the database row is the record; the queue is only the doorbell
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)  # the file queue has no use for it
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE_FILENAME = str(_queue / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "submissions.tasks.sweep", "schedule": 15.0},
    "end waivers": {"task": "submissions.tasks.end_waivers", "schedule": crontab(minute=5)},
    "judge what was overtaken": {
        "task": "submissions.tasks.judge_overtaken",
        "schedule": crontab(minute=10),  # the first of the day soon after midnight
    },
    "clear unsaved scenarios": {"task": "submissions.tasks.clear_scenarios", "schedule": 6 * 3600.0},
    "clear rejected files": {"task": "submissions.tasks.clear_rejected", "schedule": 6 * 3600.0},
}

# --- Files and e-mail -------------------------------------------------------------------------
MEDIA_ROOT = environment.folder("MEDIA_ROOT", VAR / "media")
MEDIA_URL = "/media/"  # nothing is served from here: files leave through views that ask who is asking

_email = environment.address("EMAIL_URL", tuple(sorted(environ.Env.EMAIL_SCHEMES)), default="consolemail://")
globals().update(environ.Env.email_url_config(_email))
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "planning@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SITE_URL = environment.address("SITE_URL", ("http", "https")).rstrip("/")  # before the paths in letters

# --- Pages ------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "planning.foundation.pages.environment",
            "context_processors": ["planning.people.masthead.masthead"],
        },
    },
    {
        # for the admin and for packages that bring Django templates of their own
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
CSRF_FAILURE_VIEW = "planning.foundation.pages.form_expired"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static" / "build", BASE_DIR / "static" / "js"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # stored in UTC, shown in the time of the people who plan
USE_TZ = True

# --- Safety -----------------------------------------------------------------------------------
HTTPS_ONLY = environment.yes_or_no("HTTPS_ONLY")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LARGEST_FORM = DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes that a stranger may send
LARGEST_BODY = 12 * 20 * LARGEST_FORM + LARGEST_FORM  # twelve workbooks of 20 MB and the form around them

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

# --- Sign-in ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "planning.people.sign_in.SignInByInvitation"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no e-mail from us, and the same page
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number("TRUSTED_PROXIES", 0)

# --- The API ----------------------------------------------------------------------------------
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "SCOPES": {"read": "Read what the organisation may see", "submit": "Send and submit returns"},
    "DEFAULT_SCOPES": ["read", "submit"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # Only client credentials are in use; what RFC 9700 advises against is shut.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "planning.foundation.policy.ClientAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["planning.foundation.policy.SignedIn"],
    "DEFAULT_THROTTLE_CLASSES": ["planning.foundation.policy.Throttle"],
    "DEFAULT_RENDERER_CLASSES": ["planning.foundation.policy.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "planning.foundation.policy.FirstFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nothing that the schema does not
    "EXCEPTION_HANDLER": "planning.foundation.problems.problem_response",
    "URL_FORMAT_OVERRIDE": None,  # the routes that have formats read ?format= themselves
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Planning submissions API",
    "DESCRIPTION": "Rounds, returns, uploads, points, evaluations and findings of system planning.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- Logs -------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOG_LEVEL = environment.text("LOG_LEVEL", "INFO").upper()
LOGGING_CONFIG = None  # configured here and now, so that Celery and Django do not do it twice
logging_settings(LOG_LEVEL)
