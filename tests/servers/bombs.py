"""Bodies of some hundred bytes to some hundred kilobytes that hold half a gigabyte."""

import base64
import gzip
import zlib
from functools import cache, reduce

from tests.servers.raw import answer

_MIB = bytes(1 << 20)
_BROTLI = (
    "z///fwCkeXzg8MRpgdje/5Pz//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIwwLQ"
    "vf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//"
    "+f//D4AEQBwWgO79P////wGQAIjDAtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7/"
    "/wMgARCHBaB7/8///38AJADisAB07//5//8PgARAHBaA7v0/////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3/p////8A"
    "SADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIA"
    "cVgAuvf//P//B0ACIA4LQPf+fw=="
)
"""`<p>` and 512 MB of x, by brotli 1.2 at quality 9."""


@cache
def gzip_bomb(mib: int = 256) -> bytes:
    """Gzip of so many MiB of nothing: a thousandth of their size, made of one block again and again."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    block = deflater.compress(_MIB) + deflater.flush(zlib.Z_FULL_FLUSH)
    checksum = reduce(lambda sum_so_far, _: zlib.crc32(_MIB, sum_so_far), range(mib), 0)
    tail = b"\x03\x00" + checksum.to_bytes(4, "little") + (mib << 20).to_bytes(4, "little")
    return gzip.compress(b"")[:10] + block * mib + tail


def zstd_bomb(mib: int = 512) -> bytes:
    """A zstd frame (RFC 8878) of blocks that each say: one byte, 128 KiB times."""
    block = (131_072 << 3 | 1 << 1).to_bytes(3, "little") + b"x"
    last = (131_072 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"x"
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * (mib * 8 - 1) + last


@cache
def bomb_answers() -> dict[str, bytes]:
    """The whole answer for each kind of bomb; a host of that name serves it."""
    return {
        "gzip.example": answer(gzip_bomb(), "Content-Encoding: gzip"),
        "nested.example": answer(gzip.compress(gzip_bomb(512)), "Content-Encoding: gzip, gzip"),
        "br.example": answer(base64.b64decode(_BROTLI), "Content-Encoding: br"),
        "zstd.example": answer(zstd_bomb(), "Content-Encoding: zstd"),
        "once.example": answer(gzip.compress(gzip_bomb(512)), "Content-Encoding: gzip"),
    }
