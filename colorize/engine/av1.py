"""How large the pictures of an AV1 stream are, by its own headers. Knows no Django. Source: AV1
Bitstream & Decoding Process Specification, 5.3 to 5.9."""

from collections.abc import Iterator
from dataclasses import dataclass

from colorize.engine.errors import Damaged

# Kinds of units; a frame's header may be repeated.
SEQUENCE, FRAMES = 1, (3, 6, 7)
MOST_UNITS = 1000
# A value of a sequence that says that each frame has its own.
CHOSEN = 2
KEY, SWITCH = 0, 3


class Bits:
    """Reads numbers of some bits, the highest first. Raises IndexError behind the last."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def read(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.data[self.at >> 3] >> (7 - (self.at & 7)) & 1
            self.at += 1
        return value

    def flag(self) -> bool:
        return self.read(1) == 1

    def unary(self) -> None:
        """Skip a number of variable length."""
        zeros = 0
        while not self.flag():
            zeros += 1
        if zeros < 32:
            self.read(zeros)


@dataclass
class Sequence:
    """`width` and `height`: the largest of a frame that does not give its own, which has
    `size_bits`. The rest is what lies before a frame's size in its header."""

    width: int
    height: int
    size_bits: int
    single: bool
    time_bits: int
    screen: int
    whole_steps: int
    id_bits: int

    @classmethod
    def of(cls, bits: Bits) -> "Sequence":
        bits.read(4)
        single = bits.flag()
        time_bits = 0
        if single:
            bits.read(5)
        else:
            time_bits = timing(bits)
        wide, high = bits.read(4) + 1, bits.read(4) + 1
        width, height = bits.read(wide) + 1, bits.read(high) + 1
        id_bits = bits.read(4) + bits.read(3) + 3 if not single and bits.flag() else 0
        bits.read(3)
        screen, whole_steps = (CHOSEN, CHOSEN) if single else tools(bits)
        return cls(width, height, wide + high, single, time_bits, screen, whole_steps, id_bits)

    def pixels(self, frame: Bits) -> int:
        """The most that a frame with this header has."""
        return 1 << self.size_bits if self.is_own(frame) else self.width * self.height

    def is_own(self, frame: Bits) -> bool:
        """Whether a frame gives its own size."""
        if self.single or frame.flag():
            return False
        kind, shown = frame.read(2), frame.flag()
        frame.read(self.time_bits if shown else 1)
        if kind != SWITCH and not (kind == KEY and shown):
            frame.flag()
        frame.flag()
        screen = frame.read(1) if self.screen == CHOSEN else self.screen
        if screen and self.whole_steps == CHOSEN:
            frame.flag()
        frame.read(self.id_bits)
        return kind == SWITCH or frame.flag()


def timing(bits: Bits) -> int:
    """Skip when frames are to be shown, and to which decoders; how many bits say it of a frame."""
    delay_bits = time_bits = 0
    if bits.flag():
        bits.read(64)
        if even := bits.flag():
            bits.unary()
        if bits.flag():
            delay_bits = bits.read(5) + 1
            bits.read(32 + 5)
            longest = bits.read(5) + 1
            time_bits = 0 if even else longest
    delayed = bits.flag()
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.flag()
        if delay_bits and bits.flag():
            bits.read(2 * delay_bits + 1)
        if delayed and bits.flag():
            bits.read(4)
    return time_bits


def tools(bits: Bits) -> tuple[int, int]:
    """`screen` and `whole_steps` of a sequence."""
    bits.read(4)
    if bits.flag():
        bits.read(2)
    screen = CHOSEN if bits.flag() else bits.read(1)
    whole_steps = CHOSEN if not screen or bits.flag() else bits.read(1)
    return screen, whole_steps


def most_pixels(stream: memoryview) -> int:
    """Of the largest frame of a picture. Raises IndexError or Damaged if its headers are broken."""
    sequence, most = None, 0
    for kind, content in units(stream):
        if kind == SEQUENCE:
            sequence = Sequence.of(Bits(content))
            most = max(most, sequence.width * sequence.height)
        elif kind in FRAMES and sequence:
            most = max(most, sequence.pixels(Bits(content)))
    return most


def units(stream: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The kind and the content of each unit."""
    at = 0
    for _ in range(MOST_UNITS):
        if at >= len(stream):
            return
        head = stream[at]
        at += 2 if head & 4 else 1
        size = len(stream) - at
        if head & 2:
            size, at = variable(stream, at)
        yield head >> 3 & 15, stream[at : at + size]
        at += size
    raise Damaged


def variable(stream: memoryview, at: int) -> tuple[int, int]:
    """A number in seven bits of each byte, and its end."""
    value = 0
    for n in range(8):
        byte = stream[at + n]
        value |= (byte & 127) << 7 * n
        if byte < 128:
            return value, at + n + 1
    raise Damaged
