"""What all kinds of photo files have in common. Knows no Django."""

from PIL import Image
from PIL.ImageFile import ImageFile


class Reader:
    """A photo's file, its parts found but not decoded. Made from the file's bytes; raises Damaged,
    WrongType or the decoder's own errors.

    `pages`: how many pictures it has, as pages; frames of an animation do not count. `weight`: how
    many pixels of a JPEG take the memory of one of its pixels while it is decoded.
    """

    pages = 1
    weight = 1

    def __init__(self, data: bytes) -> None:
        raise NotImplementedError

    def choose(self, page: int) -> None:
        """Read this page, 1 to `pages`, in place of the first."""

    def open(self) -> ImageFile:
        """The picture, not yet decoded."""
        raise NotImplementedError

    def check(self) -> None:
        """Raises Damaged, before decoding, if something is missing that the decoder would not
        notice, or if decoding would cost far too much."""

    def check_decoded(self, image: Image.Image) -> None:
        """Raises Damaged for what only shows in the pixels."""
