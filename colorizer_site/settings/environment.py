"""Where the settings come from, and where the site writes."""

from pathlib import Path

from colorizer_site import __version__
from colorizer_site import env as environment

VERSION = __version__
BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environment.read(BASE_DIR / ".env")

# Everything the site writes: the database, the secret key and people's pictures.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
# Nobody else on the machine can read what the server writes.
UMASK = 0o077

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY")
if SECRET_KEY_IS_GENERATED := not SECRET_KEY:
    SECRET_KEY = environment.kept_secret(DATA_DIR / "secret_key")
