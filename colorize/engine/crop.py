"""The part of a photo to keep, as people and programs write it. Knows no Django."""

from typing import TypeAlias

# Left, top, right and bottom as shares of the width and height, 0..1.
Crop: TypeAlias = tuple[float, float, float, float]

WHOLE: Crop = (0, 0, 1, 1)
EXAMPLE = "5 5 95 90"


def read_crop(text: str) -> str:
    """Four numbers in percent as they are stored, “5 5 95 90”; empty for the whole photo.

    Raises ValueError with a sentence for people.
    """
    numbers = numbers_of(text)
    if not numbers or numbers == [0, 0, 100, 100]:
        return ""
    return " ".join(f"{number:g}" for number in numbers)


def crop_of(text: str) -> Crop:
    """The shares of a text that `read_crop` gave."""
    if not text:
        return WHOLE
    left, top, right, bottom = (float(number) / 100 for number in text.split())
    return left, top, right, bottom


def turned_crop(text: str, degrees: int) -> str:
    """The same part of a photo that is turned clockwise by 0, 90, 180 or 270 degrees."""
    if not text:
        return ""
    left, top, right, bottom = (float(number) for number in text.split())
    for _ in range(degrees // 90):
        left, top, right, bottom = 100 - bottom, left, 100 - top, right
    return read_crop(f"{left} {top} {right} {bottom}")


def numbers_of(text: str) -> list[float]:
    """The four numbers in hundredths of a percent, or none. Raises ValueError like `read_crop`."""
    words = text.replace(",", " ").replace("%", " ").split()
    try:
        numbers = [round(float(word), 2) for word in words]
    except ValueError:
        numbers = [0]
    if numbers and len(numbers) != 4:
        raise ValueError(
            f"write four numbers in percent, left, top, right and bottom, such as “{EXAMPLE}”."
        )
    if numbers and not fits(*numbers):
        raise ValueError(
            "each number must be from 0 to 100, left smaller than right, and top than bottom, "
            f"such as “{EXAMPLE}”."
        )
    return numbers


def fits(left: float, top: float, right: float, bottom: float) -> bool:
    return 0 <= left < right <= 100 and 0 <= top < bottom <= 100
