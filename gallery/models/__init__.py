"""What the gallery keeps: pictures and albums, links and reports, people's settings and tokens."""

from gallery.models.answers import Answer
from gallery.models.people import LoginName, Person, Profile, Token
from gallery.models.pictures import Album, Picture, Review, Version, Visibility
from gallery.models.reports import Report
from gallery.models.sharing import ShareLink

__all__ = [
    "Album",
    "Answer",
    "LoginName",
    "Person",
    "Picture",
    "Profile",
    "Report",
    "Review",
    "ShareLink",
    "Token",
    "Version",
    "Visibility",
]
