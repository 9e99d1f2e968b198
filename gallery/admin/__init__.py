"""The moderators' admin: pages to view and decide, never to edit."""

from gallery.admin import accounts, log, people, pictures, reports

__all__ = ["accounts", "log", "people", "pictures", "reports"]
