"""Bytes of a text file as clean UTF-8, block by block: unpacked, decoded, without a byte order mark or NUL."""

from __future__ import annotations

import codecs
import io
from threading import Lock
from typing import BinaryIO, Final

from lading.errors import SettingsError
from lading.sources.packing import DAMAGED, Stream, unpacked

_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_text(file: BinaryIO, encoding: str | None, where: str) -> Decoded:
    """The text of an open file as UTF-8, whatever it is packed and encoded in. The text closes the file."""
    try:
        return Decoded(unpacked(file, where), encoding, where, file)
    except SettingsError:
        file.close()
        raise


class Decoded(io.RawIOBase):
    """A readable stream of UTF-8. Raises SettingsError, with byte and line, where the bytes are not what was said."""

    def __init__(self, stream: Stream, encoding: str | None, where: str, file: BinaryIO) -> None:
        self._stream = stream
        self._file = file
        self._where = where
        self._head = self._raw(4)
        self._declared = encoding
        self._encoding = encoding or next(
            (name for mark, name in _MARKS if self._head.startswith(mark)), "utf-8"
        )
        if self._encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
            self._encoding = "utf-8-sig"
        self._decoder = self._make_decoder()
        self._ready = b""
        self._bytes = 0
        # A reader of CSV reads ahead in a thread of its own. Whoever closes the text waits until that thread is out of here.
        self._busy = Lock()
        #: Lines and quotes that were handed out so far.
        self.lines = 0
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        with self._busy:
            self._stream.close()
            self._file.close()  # an unpacker leaves open what it did not open itself
            super().close()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes of UTF-8; nothing at the end, and nothing of a text that is closed."""
        with self._busy:
            return b"" if self.closed else self._read(size)

    def _read(self, size: int) -> bytes:
        while not self._ready:
            raw = self._head + self._raw(_BLOCK) if self._head else self._raw(_BLOCK)
            self._head = b""
            self._ready = self._decoded(raw)
            if not raw:
                break
        size = len(self._ready) if size is None or size < 0 else size
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def _decoded(self, raw: bytes) -> bytes:
        pending = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise self._not_encoded(error, pending) from None
        if "\0" in text:
            raise self._has_nul(text)
        if not self._bytes:
            text = text.removeprefix("\ufeff")
        self._bytes += len(raw)
        self.lines += text.count("\n")
        self.quotes += text.count('"')
        return text.encode("utf-8", "replace")

    def _raw(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except DAMAGED as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise SettingsError(
                f"the packed file is damaged or cut off ({type(error).__name__}); fetch it again",
                where=self._where,
                code="damaged_file",
            ) from None

    def _make_decoder(self) -> codecs.IncrementalDecoder:
        try:
            return codecs.getincrementaldecoder(self._encoding)()
        except LookupError:
            raise SettingsError(
                f"there is no encoding {self._encoding!r}; write one such as utf-8, latin-1, cp1252 or shift_jis",
                where=self._where, code="unknown_encoding",
            ) from None  # fmt: skip

    def _not_encoded(self, error: UnicodeDecodeError, pending: int) -> SettingsError:
        data = bytes(error.object)
        byte = self._bytes - pending + error.start
        line = self.lines + data[: error.start].count(b"\n") + 1
        declared = f"as declared ({self._declared})" if self._declared else "UTF-8"
        likely = _likely_encoding(data[max(0, error.start - 20_000) : error.start + 20_000])
        return SettingsError(
            f"the text is not {declared}: byte {byte:,} cannot be read. It looks like {likely}: write encoding: {likely} under "
            "from:, or save the file as UTF-8",
            where=f"{self._where}:{line}", code="wrong_encoding",
        )  # fmt: skip

    def _has_nul(self, text: str) -> SettingsError:
        line = self.lines + text[: text.index("\0")].count("\n") + 1
        return SettingsError(
            "the file holds NUL bytes, so it is no text in this encoding; if it is UTF-16 without a byte order mark, write "
            "encoding: utf-16-le under from:",
            where=f"{self._where}:{line}", code="nul_byte",
        )  # fmt: skip


#: With fewer letters beyond ASCII, in number or share, a guess is worth nothing and Western text is likely.
_LEAST_LETTERS: Final = 20
_LEAST_SHARE: Final = 0.05
_WESTERN: Final = frozenset({
    "cp1252", "cp1250", "latin_1", "iso8859_15", "cp437", "cp850", "mac_roman", "cp1254", "cp1257", "cp1258",
})  # fmt: skip


def _likely_encoding(sample: bytes) -> str:
    """What the bytes look like; latin-1, which reads anything, where nobody can say."""
    high = sum(byte > 127 for byte in sample)
    if high < _LEAST_LETTERS or high < _LEAST_SHARE * len(sample):
        return "latin-1"
    from charset_normalizer import from_bytes  # noqa: PLC0415  (slow to load, and needed for this message alone)

    best = from_bytes(sample, cp_exclusion=["utf_8", "ascii", "utf_16", "utf_32", "utf_7"]).best()
    return "latin-1" if best is None or best.encoding in _WESTERN else best.encoding.replace("_", "-")
