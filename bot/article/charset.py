"""Bytes → text: byte order mark, then what the server says, then what the page says, then a detector.

Only the encodings of the web (the WHATWG Encoding Standard) are honoured: Python knows others, such as utf-7
and zlib, that a hostile page would like better.
"""

import codecs
import re

from charset_normalizer import from_bytes

_SAMPLE = 65_536  # bytes the detector looks at
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949"})
_MAX_BROKEN = 0.01
"""Share of undecodable characters above which a declared encoding is taken for wrong."""

_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_CODECS: dict[str, str] = {
    "utf8": "utf_8",
    "unicode11utf8": "utf_8",
    "utf16": "utf_16_le",
    "utf16le": "utf_16_le",
    "utf16be": "utf_16_be",
    "ascii": "cp1252",
    "usascii": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "iso88591": "cp1252",
    "cp819": "cp1252",
    "iso88599": "cp1254",
    "latin5": "cp1254",
    "latin2": "iso8859_2",
    "koi8": "koi8_r",
    "koi8r": "koi8_r",
    "koi8u": "koi8_u",
    "macintosh": "mac_roman",
    "mac": "mac_roman",
    "xmaccyrillic": "mac_cyrillic",
    "xmacukrainian": "mac_cyrillic",
    "ibm866": "cp866",
    "cp866": "cp866",
    "866": "cp866",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "xgbk": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "eucjp": "euc_jp",
    "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "windows949": "cp949",
    "windows874": "cp874",
    "tis620": "cp874",
    **{f"{prefix}125{digit}": f"cp125{digit}" for prefix in ("windows", "cp", "xcp") for digit in range(9)},
    **{f"iso8859{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}
"""WHATWG labels, lower case, without punctuation → Python codecs."""


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Decode what the server declared to be in `declared`; what does not decode becomes U+FFFD."""
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    codec = find_codec(declared) or _meta_codec(data)
    if codec not in _MULTIBYTE and _is_utf8(data):
        return data.decode("utf_8")
    if codec:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= _MAX_BROKEN * len(text):
            return text
    return _detect(data, codec)


def find_codec(label: str | None) -> str | None:
    """Return the Python codec for a web encoding's label, or None for any other label."""
    return _CODECS.get(re.sub(r"[^a-z0-9]", "", label.lower())) if label and len(label) <= 40 else None


def _meta_codec(data: bytes) -> str | None:
    """Return the encoding that the page's own head declares; one that is read as ASCII cannot be UTF-16."""
    match = _META.search(data[:4_096])
    codec = find_codec(match[1].decode("ascii", "replace")) if match else None
    return "utf_8" if codec in ("utf_16_le", "utf_16_be") else codec


def _is_utf8(data: bytes) -> bool:
    """Tell whether the data are UTF-8: text in a single-byte encoding practically never is by chance."""
    try:
        data.decode("utf_8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data[:_SAMPLE]


def _detect(data: bytes, declared: str | None) -> str:
    """Decode by what the detector takes the bytes for, if that breaks less than what was declared."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=sorted(set(_CODECS.values()))).best()
    candidates = [codec for codec in (best.encoding if best else None, declared, "utf_8") if codec]
    texts = [data.decode(codec, "replace") for codec in candidates]
    return min(texts, key=lambda text: text.count("\ufffd"))
