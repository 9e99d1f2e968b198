"""Long work: workers, batches, films, webhooks."""

from colorizer_site import backends
from colorizer_site.settings.environment import env

# After this time without a sign of life from its worker, an item is given to another.
JOB_LEASE_SECONDS = env.whole("JOB_LEASE_SECONDS", 30, least=2)
# Processes for it, None for as many as suit the machine, and how long they may go on when stopped.
WORK_PROCESSES = env.whole_or_auto("WORK_PROCESSES")
WORK_GRACE_SECONDS = env.whole("WORK_GRACE_SECONDS", 8)
# Batches: photos and bytes of one, and how many at the same time.
BATCH_PHOTOS = env.whole("BATCH_PHOTOS", 1000, least=1)
BATCH_BYTES = env.whole("BATCH_BYTES", 5_000_000_000, least=1)
BATCHES_AT_ONCE = env.whole("BATCHES_AT_ONCE", 5, least=1)
# The same for each visitor, the bytes that all visitors may take together, and how long their
# results are kept.
VISITOR_BATCH_PHOTOS = env.whole("VISITOR_BATCH_PHOTOS", 50)
VISITOR_BATCH_BYTES = env.whole("VISITOR_BATCH_BYTES", 500_000_000, least=1)
VISITOR_BATCHES = env.whole("VISITOR_BATCHES", 5, least=1)
VISITORS_BYTES = env.whole("VISITORS_BYTES", 20_000_000_000)
BATCH_HOURS = env.whole("BATCH_HOURS", 24, least=1)
# Uploads without a new piece for hours are given up; jobs of people are forgotten after days.
UPLOAD_HOURS = env.whole("UPLOAD_HOURS", 24, least=1)
JOB_DAYS = env.whole("JOB_DAYS", 30, least=1)

# Films: the file in bytes, the part that is coloured in seconds, and a frame in pixels.
FILM_BYTES = env.whole("FILM_BYTES", 2_000_000_000, least=1)
FILM_SECONDS = env.whole("FILM_SECONDS", 3600, least=1)
VISITOR_FILM_BYTES = env.whole("VISITOR_FILM_BYTES", 200_000_000)
VISITOR_FILM_SECONDS = env.whole("VISITOR_FILM_SECONDS", 60)
FILM_PIXELS = env.whole("FILM_PIXELS", 9_000_000, least=1)

# Webhooks; to these hosts also by http and in private networks.
WEBHOOKS = env.flag("WEBHOOKS", default=True)
WEBHOOK_HOSTS = [host.lower() for host in env.words("WEBHOOK_HOSTS")]
# A ZIP file of results that is larger is made by a job.
ZIP_STREAM_BYTES = env.whole("ZIP_STREAM_BYTES", 500_000_000)
# Where Celery's workers, if there are any, hear of new work.
BROKER = backends.broker(env)
