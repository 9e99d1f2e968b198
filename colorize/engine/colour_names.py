"""Names of colours in plain English, for people who don't see them well. Knows no Django.

The borders are between what people call CSS's named colours.
"""

import math

# Up to these angles of hue (CIE Lab, degrees), in order.
HUES = [
    (20, "pink"),
    (47, "red"),
    (74, "orange"),
    (112, "yellow"),
    (130, "yellowish green"),
    (162, "green"),
    (185, "bluish green"),
    (220, "turquoise"),
    (308, "blue"),
    (335, "purple"),
    (360, "pink"),
]
# Names for parts of these: hue, L and chroma from and to. The first that fits counts.
PARTS = [
    ("cream", (75, 112), (86, 101), (0, 32)),
    ("beige", (45, 98), (66, 101), (0, 32)),
    ("reddish brown", (20, 48), (0, 66), (0, 40)),
    ("brown", (48, 75), (0, 66), (0, 56)),
    ("yellowish brown", (75, 91), (0, 66), (0, 56)),
    ("olive", (86, 112), (0, 66), (0, 200)),
    ("pink", (20, 40), (56, 101), (0, 60)),
]
# Light and pale as such.
BY_THEMSELVES = {"beige", "cream"}
# Colours of a chroma below these are grey, or greyish, and from these on strong; of L below these
# black, or dark; of L from these on light, or white.
GREY, GREYISH, STRONG = 5, 13, 33
BLACK, DARK, LIGHT, WHITE = 12, 35, 66, 94


def name_of(L: float, a: float, b: float) -> str:
    """Of a colour in Lab units: “dark green”, “light greyish blue”."""
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    if chroma < GREY:
        return grey(L)
    name = hue_name(hue, L, chroma)
    if name in BY_THEMSELVES:
        return name
    if chroma < GREYISH:
        return f"{tone(L)} greyish {name.split()[-1]}".strip()
    return f"{strong_tone(L) if chroma >= STRONG else tone(L)} {name}".strip()


def hue_name(*colour: float) -> str:
    """Of hue, L and chroma."""
    for name, *parts in PARTS:
        if all(low <= of < high for of, (low, high) in zip(colour, parts, strict=True)):
            return name
    return next(name for most, name in HUES if colour[0] <= most)


def grey(L: float) -> str:
    if L < BLACK:
        return "black"
    return "white" if L >= WHITE else f"{tone(L)} grey".strip()


def tone(L: float) -> str:
    return "dark" if L < DARK else "light" if L >= LIGHT else ""


def strong_tone(L: float) -> str:
    return "deep" if L < DARK else "bright" if L >= LIGHT else "strong"
