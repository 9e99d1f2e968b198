"""Accounts: addresses are confirmed by email; accounts/guessing.py limits guessing of passwords."""

from colorizer_site import provider
from colorizer_site.settings.environment import env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "accounts.tokens.EndWithPassword"})
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "colorizer"
LOGOUT_REDIRECT_URL = "colorizer"
SESSION_ENGINE = "colorizer_site.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
REGISTRATION = env.flag("REGISTRATION", True)
STAFF_TWO_FACTOR = env.flag("STAFF_TWO_FACTOR", False)
# The administrator that `manage.py prepare` creates if there is no such user.
ADMIN_USER = env.text("ADMIN_USER")
ADMIN_EMAIL = env.text("ADMIN_EMAIL")
ADMIN_PASSWORD = env.secret("ADMIN_PASSWORD")
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
# Seconds after entering the password in which sensitive pages do not ask for it again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Image Colorizer: "
ACCOUNT_FORMS = {
    "login": "accounts.forms.Login",
    "signup": "accounts.forms.SignUp",
    "add_email": "accounts.forms.ChangeEmail",
    "change_password": "accounts.forms.ChangePassword",
    "set_password": "accounts.forms.SetPassword",
    "reset_password": "accounts.forms.AskForReset",
    "reset_password_from_key": "accounts.forms.ResetPassword",
    "reauthenticate": "accounts.forms.ConfirmByPassword",
}
# Logging in by an OpenID Connect provider. People still choose their username here.
SOCIALACCOUNT_PROVIDERS = provider.openid_connect(env)
OIDC_ORIGINS = provider.origins(env.url("OIDC_SERVER_URL"))
SOCIALACCOUNT_ADAPTER = "accounts.provider.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SignUpByProvider"}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Image Colorizer"
MFA_FORMS = {
    "authenticate": "accounts.forms.LoginCode",
    "reauthenticate": "accounts.forms.ConfirmByCode",
    "activate_totp": "accounts.forms.ActivateApp",
}

KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "imc_", "TOKEN_TTL": None}
