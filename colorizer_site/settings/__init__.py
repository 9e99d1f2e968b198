"""The site's only settings, for production, a module for each part of the site. Everything that
differs between machines is an environment variable; .env.example lists them all."""

from colorizer_site.settings.accounts import *
from colorizer_site.settings.api import *
from colorizer_site.settings.apps import *
from colorizer_site.settings.environment import *
from colorizer_site.settings.gallery import *
from colorizer_site.settings.jobs import *
from colorizer_site.settings.mail import *
from colorizer_site.settings.monitoring import *
from colorizer_site.settings.photos import *
from colorizer_site.settings.real_or_fake import *
from colorizer_site.settings.server import *
from colorizer_site.settings.storage import *
