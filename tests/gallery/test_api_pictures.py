"""Pictures by the API, as a program sees them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gallery import service, tokens
from gallery.models import Picture, Review, Visibility
from tests.cast import grey, picture
from tests.gallery.api import Api
from tests.photos import opened, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]
