"""Photos and networks: limits, default options, and how many are coloured at once."""

from colorize.engine.limits import Limits
from colorize.engine.options import Options
from colorizer_site.settings.environment import BASE_DIR, env

PHOTO_MAX_BYTES = env.whole("PHOTO_MAX_BYTES", 50_000_000, least=1)
PHOTO_MAX_PIXELS = env.whole("PHOTO_MAX_PIXELS", Limits.max_pixels, least=256)
PHOTO_MIN_SIDE = Limits.min_side
VIVIDNESS = env.number("VIVIDNESS", Options.vividness, 0, 1)
NETWORK = env.text("NETWORK", "colornet")
# Other networks stay loaded for this long after their last photo, up to this much in a process.
NETWORKS_MEGABYTES = env.whole("NETWORKS_MEGABYTES", 300)
NETWORK_IDLE_MINUTES = env.number("NETWORK_IDLE_MINUTES", 10, 0, 1440)
MODELS_DIR = env.folder("MODELS_DIR", BASE_DIR / "models")
MEGAPIXELS_AT_ONCE = env.whole("MEGAPIXELS_AT_ONCE", 40, least=1)
PHOTOS_WAITING = env.whole("PHOTOS_WAITING", 4)
PHOTO_WAIT_SECONDS = env.number("PHOTO_WAIT_SECONDS", 30, 0, 60)

# Photos are worked on in memory (up to PHOTO_MAX_BYTES each). On their way in, the server in front
# puts long ones into temporary files without a name.
FILE_UPLOAD_HANDLERS = ["colorize.web.uploads.PhotoUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
# The gallery's form has a field for each selected picture.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2100
