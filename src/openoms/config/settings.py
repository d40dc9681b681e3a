"""Django's settings, from the typed environment (environment.py); nothing else reads os.environ."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from openoms.config.environment import Environment, mail_settings, read_environment
from openoms.config.logging import configure_logging
from openoms.core.postgres import embedded_cluster

PACKAGE = Path(__file__).resolve().parent.parent
OPENOMS: Environment = read_environment()


def _secret_key(env: Environment) -> str:
    """The configured key, or one made at first start and kept beside the data (owner-readable only)."""
    if env.secret_key:
        return env.secret_key
    path = env.data_dir / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # Another process made it between the two lines.
    return path.read_text() or secrets.token_urlsafe(48)


def _database(env: Environment) -> dict[str, Any]:
    """Connection of the primary: any server by DATABASE_URL, else the embedded one's socket (design §8.8)."""
    url = urlsplit(env.database_url or embedded_cluster(env.data_dir).url)
    query = dict(parse_qsl(url.query))
    options: dict[str, Any] = {
        "connect_timeout": 3,
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 8000,
        # The bulk writer's statements never change their text: the server plans each once per connection.
        "prepare_threshold": 2,
        **{name: value for name, value in query.items() if name not in {"host", "port"}},
    }
    if env.database_schema != "public":
        options["options"] = f"-c search_path={env.database_schema},extensions"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "openoms",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.get("host") or url.hostname or "",
        "PORT": query.get("port") or str(url.port or ""),
        "OPTIONS": options,
        # One connection for each thread, kept: a pool would add a round trip to every request.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret_key(OPENOMS)
DEBUG = OPENOMS.debug
PUBLIC_HOST = urlsplit(OPENOMS.public_url).hostname if OPENOMS.public_url else None
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, [PUBLIC_HOST, *(host.strip() for host in OPENOMS.allowed_hosts.split(","))]),
]
CSRF_TRUSTED_ORIGINS = [OPENOMS.public_url.rstrip("/")] if OPENOMS.public_url else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "ninja",
    # Before allauth: our templates go before its own.
    "openoms.interfaces.console",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "openoms.domains.events",
    "openoms.domains.identity",
    "openoms.domains.catalog",
    "openoms.domains.customers",
    "openoms.domains.pricing",
    "openoms.domains.orders",
    "openoms.domains.approvals",
    "openoms.domains.payments",
    "openoms.domains.inventory",
    "openoms.domains.supply",
    "openoms.domains.fulfilment",
    "openoms.domains.notifications",
    "openoms.interfaces.api",
    "openoms.interfaces.cli",
]

MIDDLEWARE = [
    "openoms.core.http.RequestIdMiddleware",
    # API requests carry a key, not a session: from here they go past everything that pages need.
    "openoms.core.http.ShortWayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "openoms.interfaces.console.middleware.ConsoleMiddleware",
    "openoms.core.http.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
API_PREFIXES = ("/api/", "/health", "/ready", "/metrics")

ROOT_URLCONF = "openoms.config.urls"
WSGI_APPLICATION = "openoms.config.wsgi.application"
FORM_RENDERER = "openoms.interfaces.console.form_renderer.QuickRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openoms.interfaces.console.context.console",
            ],
            "builtins": ["openoms.interfaces.console.templatetags.oms"],
        },
    }
]

DATABASES = {"default": _database(OPENOMS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "openoms.interfaces.console.accounts.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}
# Ten wrong passwords lock the account from that address for a quarter of an hour; the lock is in the database,
# so it holds for every web process.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPENOMS.https
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if OPENOMS.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "openoms_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
USE_TZ = True
TIME_ZONE = OPENOMS.timezone

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
# Files are served by their own name with short caching straight from the package: nothing to collect at start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# EMAIL_BACKEND, EMAIL_HOST and their like.
globals().update(mail_settings(OPENOMS.email_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OPENOMS.email_from
LOGGING_CONFIG = None
configure_logging(OPENOMS.log_level, OPENOMS.log_format)
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# A promotion may name thousands of goods, each a field of its form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
