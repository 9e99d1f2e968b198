"""The WSGI application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from colorizer_site.content_types import with_readable_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")
os.umask(settings.UMASK)

application = with_readable_type(get_wsgi_application())
# Django imports the views at the first request, in each worker. Imported here, before gunicorn
# forks, they are shared.
import_module(settings.ROOT_URLCONF)
