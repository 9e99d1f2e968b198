"""Opens films of known kinds and reads what is known of them. Knows no Django.

A file is judged by its content alone: it has no name here, only formats of the list are opened
(no playlists, no image sequences, no network descriptions), and nothing else can be read on its
behalf.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NoReturn

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from colorize.engine.video.bounds import Bounds
from colorize.engine.video.errors import (
    FilmTooLarge,
    FilmUnreadable,
    NoFilm,
    ProtectedFilm,
    UnknownCodec,
)

# Demuxers, as FFmpeg names them.
FORMATS = ("mov", "matroska", "avi", "mpeg", "mpegts", "mpegvideo", "dv")
# Codecs of pictures and of sound, as FFmpeg names them, and decoders that have names of their own.
CODECS = (
    *("h264", "hevc", "mpeg4", "mpeg1video", "mpeg2video", "vp8", "vp9", "av1", "h263", "mjpeg"),
    *("dvvideo", "prores", "dnxhd", "ffv1", "huffyuv", "ffvhuff", "utvideo", "rawvideo", "v210"),
    *("msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "cinepak", "indeo3", "indeo5", "svq1", "svq3"),
    *("wmv1", "wmv2", "png", "qtrle", "rpza"),
)
SOUND = (
    *("aac", "mp1", "mp2", "mp3", "ac3", "eac3", "dts", "opus", "vorbis", "flac", "alac"),
    *("amr_nb", "amr_wb", "wmav1", "wmav2", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms"),
    *("pcm_alaw", "pcm_mulaw", "pcm_dvd", "pcm_bluray", "pcm_s8", "pcm_u8", "pcm_s16le"),
    *("pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be"),
)
DECODERS = (
    *("libdav1d", "libaom-av1", "libvpx", "libvpx-vp9", "msmpeg4", "mp1float", "mp2float"),
    *("mp3float", "dca", "libopus", "amrnb", "amrwb"),
)
PROTECTED = {"encv", "drmi", "p608"}
# Of a film's bytes, in one go.
BUFFER = 65_536


def refuse(url: str, *_: Any) -> NoReturn:
    raise PermissionError(f"a film asked for another file: {url}")


@contextmanager
def opened(
    file: IO[bytes], bounds: Bounds, decoders: Sequence[str] = (*CODECS, *SOUND, *DECODERS)
) -> Iterator[InputContainer]:
    """Raises FilmUnreadable."""
    file.seek(0)
    options = {
        "format_whitelist": ",".join(FORMATS),
        "codec_whitelist": ",".join(decoders),
        "protocol_whitelist": "none",
        "max_pixels": str(bounds.pixels),
        "max_streams": "100",
        "threads": "1",
    }
    try:
        container = av.open(
            Nameless(file), "r", options=options, buffer_size=BUFFER, io_open=refuse,
            metadata_errors="replace",
        )  # fmt: skip
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError) as problem:
        raise FilmUnreadable() from problem
    with container:
        yield container


class Nameless:
    """A file to read and seek in, whose name says nothing about it, and which stays open."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def pictures(container: InputContainer, bounds: Bounds) -> VideoStream:
    """The film's moving pictures, to be decoded within the bounds.

    Raises NoFilm, ProtectedFilm or UnknownCodec.
    """
    stream = container.streams.best("video")
    if stream is None or is_cover(stream):
        raise NoFilm()
    if name_of(stream) not in CODECS:
        raise UnknownCodec(codec=name_of(stream))
    if stream.codec_context.codec_tag in PROTECTED:
        raise ProtectedFilm()
    context = stream.codec_context
    context.options = {"max_pixels": str(bounds.pixels)}
    context.thread_count = 1
    return stream


def name_of(stream: Stream) -> str:
    """Of its codec, as FFmpeg calls it."""
    context = stream.codec_context
    return str(context.codec.canonical_name) if context else "unknown"


def is_cover(stream: VideoStream) -> bool:
    """Whether it is the picture of a record, not a film."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def check_size(file: IO[bytes], bounds: Bounds) -> None:
    """By its headers, before anything is decoded. Raises FilmTooLarge or FilmUnreadable."""
    with opened(file, bounds, ("none",)) as container:
        stream = container.streams.best("video")
        context = stream.codec_context if stream else None
        size = (context.width, context.height) if context else (0, 0)
    if size[0] * size[1] > bounds.pixels:
        raise FilmTooLarge(
            size=f"{size[0]} × {size[1]} pixels", limit=f"{bounds.pixels / 1e6:g} megapixels"
        )
