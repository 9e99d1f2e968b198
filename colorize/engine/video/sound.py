"""The sound of a film: copied where browsers play it in an MP4, else encoded again as AAC. Knows no
Django."""

from collections.abc import Iterator
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from colorize.engine.video.film import Film
from colorize.engine.video.opening import SOUND

COPIED = {"aac", "mp3", "mp3float", "opus", "libopus", "flac"}
# Of AAC, a second and channel.
BITS = 80_000
RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


class Sound:
    """Writes the sound of a film's part into `out`."""

    def __init__(
        self, source: InputContainer, stream: AudioStream, out: OutputContainer, film: Film
    ) -> None:
        self.source, self.stream, self.film = source, stream, film
        self.end = film.start + film.seconds
        self.copied = stream.codec_context.name in COPIED
        self.out = out.add_stream_from_template(stream) if self.copied else aac(out, stream)

    @classmethod
    def of(cls, source: InputContainer, out: OutputContainer, film: Film) -> "Sound | None":
        """That which is heard by default; None if there is none that can be read."""
        stream = source.streams.best("audio")
        if stream is None or stream.codec_context is None:
            return None
        known = stream.codec_context.name in SOUND
        return cls(source, stream, out, film) if known else None

    def packets(self) -> Iterator[Packet]:
        """In order, from 0 at the start of the part."""
        return self.copies() if self.copied else self.encoded()

    def read(self) -> Iterator[Packet]:
        """Those of the part, as they are."""
        tick = self.stream.time_base
        self.source.seek(int((self.film.start - 1) / tick), stream=self.stream)
        for packet in self.source.demux(self.stream):
            if packet.pts is None:
                continue
            start, length = packet.pts * tick, (packet.duration or 0) * tick
            if start >= self.end:
                return
            if start + length > self.film.start:
                yield packet

    def copies(self) -> Iterator[Packet]:
        offset = round(Fraction(self.film.start) / self.stream.time_base)
        last = None
        for packet in self.read():
            packet.pts -= offset
            packet.dts = packet.pts
            if last is not None and packet.dts <= last:
                continue
            last = packet.dts
            packet.stream = self.out
            yield packet

    def encoded(self) -> Iterator[Packet]:
        context = self.out.codec_context
        resampler = AudioResampler(context.format, context.layout, context.rate)
        for frame in self.frames():
            for part in resampler.resample(frame):
                yield from self.encode(part)
        yield from self.encode(None)

    def frames(self) -> Iterator[AudioFrame]:
        for packet in self.read():
            try:
                yield from packet.decode()
            except av.InvalidDataError:
                continue

    def encode(self, frame: AudioFrame | None) -> Iterator[Packet]:
        for packet in self.out.encode(frame):
            packet.stream = self.out
            yield packet


def aac(out: OutputContainer, like: AudioStream) -> AudioStream:
    context = like.codec_context
    rate = context.sample_rate if context.sample_rate in RATES else RATES[0]
    made = out.add_stream("aac", rate=rate, layout="stereo" if context.channels > 1 else "mono")
    made.codec_context.bit_rate = BITS * min(2, context.channels)
    return made
