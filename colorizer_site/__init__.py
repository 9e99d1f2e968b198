"""The site: settings, URLs, its own pages and the server."""

__version__ = "0.1.0"
