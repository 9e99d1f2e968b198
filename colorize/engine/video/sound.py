"""The sound of a film: copied where browsers play it in an MP4, else encoded again as AAC. Knows no
Django."""

from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet

from colorize.engine.video.film import Film
from colorize.engine.video.opening import SOUND, name_of

COPIED = {"aac", "mp3", "opus", "flac"}
# How long before the part to begin reading, and to begin, in seconds.
MARGIN, LEAD = 1, 0.05
# Of AAC, a second and channel.
BITS = 80_000
RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


class Way(Enum):
    """What is done with sound, each where the one before does not work."""

    COPIED = 1
    ENCODED = 2
    LEFT_OUT = 3


class Sound:
    """Writes the sound of a film's part into `out`."""

    def __init__(
        self,
        source: InputContainer,
        stream: AudioStream,
        out: OutputContainer,
        film: Film,
        *,
        copied: bool,
    ) -> None:
        self.source, self.stream, self.film, self.copied = source, stream, film, copied
        self.tick: Fraction = stream.time_base
        self.offset = round(Fraction(film.start) / self.tick)
        self.end = film.start + film.seconds
        self.out = out.add_stream_from_template(stream) if copied else aac(out, stream)

    @classmethod
    def of(
        cls, source: InputContainer, out: OutputContainer, film: Film, way: Way
    ) -> "Sound | None":
        """That which is heard by default; None if there is none that can be read."""
        if way == Way.LEFT_OUT or not can_be_heard(source):
            return None
        stream = source.streams.best("audio")
        copied = way == Way.COPIED and name_of(stream) in COPIED
        return cls(source, stream, out, film, copied=copied)

    def packets(self) -> Iterator[Packet]:
        """In order, from 0 at the start of the part."""
        return self.copies() if self.copied else self.encoded()

    def read(self) -> Iterator[Packet]:
        """Those of the part, and one or two before, which decoders need to begin."""
        self.go_to(self.film.start - MARGIN)
        with suppress(av.FFmpegError):
            for packet in self.source.demux(self.stream):
                if packet.pts is None:
                    continue
                start = packet.pts * self.tick
                if start >= self.end:
                    return
                if start > self.film.start - LEAD:
                    yield packet

    def go_to(self, time: float) -> None:
        """Where the container cannot be searched, it is read from its start."""
        if time > (self.stream.start_time or 0) * self.tick:
            with suppress(av.FFmpegError):
                self.source.seek(int(time / self.tick), stream=self.stream)

    def copies(self) -> Iterator[Packet]:
        last = None
        for packet in self.read():
            packet.pts -= self.offset
            packet.dts = packet.pts
            if last is None or packet.dts > last:
                last = packet.dts
                packet.stream = self.out
                yield packet

    def encoded(self) -> Iterator[Packet]:
        even, form = Graph(), None
        for frame in self.frames():
            new = frame.sample_rate, frame.format.name, frame.layout.name
            if new != form:
                yield from self.pulled(even)
                even, form = evened(frame, self.out), new
            frame.pts -= self.offset
            even.push(frame)
            yield from self.pulled(even)
        if form:
            even.push(None)
            yield from self.pulled(even)
        yield from self.encode(None)

    def pulled(self, even: Graph) -> Iterator[Packet]:
        while even.configured:
            try:
                frame = even.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            yield from self.encode(frame)

    def frames(self) -> Iterator[AudioFrame]:
        for packet in self.read():
            with suppress(av.FFmpegError):
                yield from (frame for frame in packet.decode() if frame.pts is not None)

    def encode(self, frame: AudioFrame | None) -> Iterator[Packet]:
        for packet in self.out.encode(frame):
            packet.stream = self.out
            yield packet


def can_be_heard(source: InputContainer) -> bool:
    stream = source.streams.best("audio")
    return stream is not None and name_of(stream) in SOUND


def evened(frame: AudioFrame, out: AudioStream) -> Graph:
    """What brings sound into the encoder's form, and fills what is missing with silence, so that
    it stays with the pictures."""
    graph, context = Graph(), out.codec_context
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=frame.time_base,
    )
    steps = (
        source,
        graph.add("aresample", "async=1"),
        graph.add(
            "aformat",
            f"sample_fmts={context.format.name}:sample_rates={context.sample_rate}"
            f":channel_layouts={context.layout.name}",
        ),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*steps).configure()
    graph.set_audio_frame_size(context.frame_size)
    return graph


def aac(out: OutputContainer, like: AudioStream) -> AudioStream:
    context = like.codec_context
    rate = context.sample_rate if context.sample_rate in RATES else RATES[0]
    made = out.add_stream("aac", rate=rate, layout="stereo" if context.channels > 1 else "mono")
    made.codec_context.bit_rate = BITS * min(2, context.channels)
    return made
