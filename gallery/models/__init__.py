"""What the gallery keeps: pictures and albums, links and reports."""

from gallery.models.albums import Album
from gallery.models.idempotency import Answer
from gallery.models.pictures import Picture, Review, Visibility
from gallery.models.reports import Report
from gallery.models.sharing import ShareLink
from gallery.models.versions import Version

__all__ = [
    "Album",
    "Answer",
    "Picture",
    "Report",
    "Review",
    "ShareLink",
    "Version",
    "Visibility",
]
