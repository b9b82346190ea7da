"""A zip file from a stranger: judged by its directory before anything in it is unpacked.

Nothing is written anywhere, and nothing inside is opened as an archive again, so a zip that holds itself is a
zip like any other.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from lxml import etree

from bot.errors import FileBloated, FileLocked, FileUnsafe, FileUnsupported

MAX_ENTRIES = 2_000
MAX_ENTRY_BYTES = 16 << 20
"""Unpacked, of a part that is read; the text of a long book is a tenth of it."""

MAX_BYTES = 64 << 20
"""Unpacked, of all parts as they declare themselves; pictures hardly shrink, and a file has 20 MB at most."""

MAX_RATIO = 120
"""Of all parts to the file, above RATIO_BYTES; markup shrinks to a tenth, seldom to a fortieth."""

RATIO_BYTES = 4 << 20
MAX_CHARACTERS = 400_000
"""Some 60,000 words; what follows is not read."""

_DIRECTORY_BYTES = MAX_ENTRIES * 400
_END = struct.Struct("<4s4H2LH")  # of central directory
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, struct.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What a packed document says, as a reader of it sees it."""

    paragraphs: list[str]
    title: str | None = None
    site: str | None = None
    authors: tuple[str, ...] = ()
    """As the document states them, whether it shows them or not."""
    is_cut: bool = False
    hidden: str = ""
    """What no reader sees; it is in no paragraph."""


class Archive:
    """The parts of a zip file, by name.

    Opening raises FileBloated, FileLocked, FileUnsafe or FileUnsupported.
    """

    def __init__(self, data: bytes) -> None:
        _judge_directory(data)
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            entries = self._file.infolist()
        except _BROKEN as exc:
            raise FileUnsupported(f"zip: {type(exc).__name__}") from exc
        _judge(entries, len(data))
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Unpack one part; raises FileBloated, FileLocked, or FileUnsupported for one missing or broken."""
        entry = self._entries.get(name)
        if entry is None:
            raise FileUnsupported("no such part")
        if entry.flag_bits & _ENCRYPTED:
            raise FileLocked("encrypted part")
        if entry.file_size > MAX_ENTRY_BYTES:
            raise FileBloated(f"part of {entry.file_size} bytes")
        try:
            with self._file.open(entry) as part:  # which ends at the declared size, whatever is packed there
                return part.read(MAX_ENTRY_BYTES)
        except _BROKEN as exc:
            raise FileUnsupported(f"part: {type(exc).__name__}") from exc

    def read_xml(self, name: str) -> etree._Element:
        """Parse one part; raises FileUnsafe for one that declares entities, and what `read` raises."""
        data = self.read(name)
        if b"<!ENTITY" in data.replace(b"\x00", b""):  # in UTF-16, too
            raise FileUnsafe("entities")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as exc:
            raise FileUnsupported(f"XML: {type(exc).__name__}") from exc


def _judge_directory(data: bytes) -> None:
    """Refuse a directory of very many entries before it is read: each takes memory of its own."""
    at = data.rfind(b"PK\x05\x06", -(1 << 16) - _END.size)
    if at < 0 or at + _END.size > len(data):
        raise FileUnsupported("no directory")
    _, _, _, _, count, size, _, _ = _END.unpack_from(data, at)
    if data[at - 20 : at - 16] == b"PK\x06\x07":
        raise FileUnsupported("64-bit directory")
    if count > MAX_ENTRIES or size > _DIRECTORY_BYTES:
        raise FileBloated(f"{count} entries")


def _judge(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    """Raise the error that names what is wrong with an archive's directory."""
    if len(entries) > MAX_ENTRIES:
        raise FileBloated(f"{len(entries)} entries")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise FileUnsafe("names")
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise FileUnsupported("compression")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES or total > max(RATIO_BYTES, MAX_RATIO * packed_bytes):
        raise FileBloated(f"{total} bytes of {packed_bytes}")


def _leads_out(name: str) -> bool:
    """Tell whether a part's name would lead out of the folder that the archive is unpacked in."""
    return (
        name.startswith(("/", "\\"))
        or ".." in PurePosixPath(name).parts
        or ".." in PureWindowsPath(name).parts
        or bool(PureWindowsPath(name).drive)
    )
