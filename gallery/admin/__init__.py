"""The moderators' desk: pages of the admin on which they look and decide, never edit."""

from gallery.admin import accounts, log, people, pictures, reports

__all__ = ["accounts", "log", "people", "pictures", "reports"]
