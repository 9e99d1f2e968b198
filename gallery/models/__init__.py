"""What the gallery keeps: pictures and albums, links and reports."""

from gallery.models.answers import Answer
from gallery.models.pictures import Album, Picture, Review, Version, Visibility
from gallery.models.reports import Report
from gallery.models.sharing import ShareLink

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
