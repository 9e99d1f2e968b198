"""For those who run the site: its log, and metrics."""

import logging
import os

from colorizer_site import logs
from colorizer_site.settings.environment import DATA_DIR, env

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": True,
}

# Figures for Prometheus, for these addresses; without any, there are none.
METRICS_FOR = env.networks("METRICS_FOR")
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_FOR:
    # Each process of the server writes its figures there; read when the library is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)
    METRICS_DIR.mkdir(exist_ok=True)

# Must come before anything is logged.
logging.setLogRecordFactory(logs.Record)
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOG_FORMAT = env.choice("LOG_FORMAT", logs.TEXT, [logs.TEXT, logs.JSON])
LOGGING = logs.to_console(LOG_LEVEL, LOG_FORMAT)
