"""Emails: stored as work for a worker, which hands them to a server if one is set, else to a folder
or the console."""

from colorizer_site.settings.environment import env

EMAIL_BACKEND = "jobs.mail.LedgerBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", "starttls", ["none", "starttls", "tls"])
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = env.text("EMAIL_FOLDER")
EMAIL_DELIVERY = "jobs.delivery.SmtpBackend"
if not EMAIL_HOST:
    EMAIL_WAY = "filebased" if EMAIL_FILE_PATH else "console"
    EMAIL_DELIVERY = f"django.core.mail.backends.{EMAIL_WAY}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Image Colorizer <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
