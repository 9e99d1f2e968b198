"""What libraries would write to the log about each fault in a photo: there can be a million, and
nobody can use them. Faults that count raise. Knows no Django."""

import ctypes
import warnings
from contextlib import suppress

from PIL import _imaging


def hush() -> None:
    """For the whole process: of Pillow and its libtiff, where that can be reached."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    with suppress(AttributeError, OSError):
        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)
