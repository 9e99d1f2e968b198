"""People's pictures: quotas, the bin and moderation."""

from colorizer_site.settings.environment import env

QUOTA_PICTURES = env.whole("QUOTA_PICTURES", 10_000, least=1)
QUOTA_BYTES = env.whole("QUOTA_BYTES", 10_000_000_000, least=1)
BIN_DAYS = env.whole("BIN_DAYS", 30)
# How long a deleted picture can be restored as it was; later it is restored as private.
UNDO_MINUTES = 10
REVIEW_FOR = env.choice("REVIEW_FOR", "EVERYBODY", ["EVERYBODY", "UNTRUSTED", "NOBODY"])
# Open reports of a picture after which moderators get an email, and after which it is hidden until
# they have reviewed it. 0 is never: people could bully each other with it.
REPORTS_MAIL_AT = env.whole("REPORTS_MAIL_AT", 3)
REPORTS_HIDE_AT = env.whole("REPORTS_HIDE_AT", 0)

# How long a visitor's browser remembers the last photo, to save it after logging in.
CLAIM_MINUTES = env.whole("CLAIM_MINUTES", 60, least=1)
