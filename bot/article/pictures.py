"""A picture as it was sent → small JPEGs that a model can read. Runs in a worker, which a bomb may kill.

Made anew from the pixels, so that nothing else leaves with it: no place, no camera, no thumbnail of what was
cropped. A long screenshot is cut into pieces, for servers shrink what is longer until nobody can read it.
"""

import io
import math
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from bot.article.unreadable import ImageBroken

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
"""A telephone's picture has 12 to 50 million; decoded, these take 150 MB of a worker's gigabyte."""

LONGEST_SIDE = 20_000
WIDTH = 1_536
HEIGHT = 2_048
"""Of a piece at most, in pixels: two and a half columns of a newspaper are still legible."""

MOST_PIECES = 10
"""In one request: what comes after them is not read."""

CELL = 64
"""Pixels for a digit."""

_SLACK = 0.1  # of a piece's height, searched for a blank row
_QUALITY = 85


def cut_picture(data: bytes) -> list[bytes]:
    """Return the picture as JPEGs from top to bottom, upright and without metadata; raises ImageBroken."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS or max(opened.size) > LONGEST_SIDE:
                raise ImageBroken("too many pixels")
            opened.draft("RGB", (2 * WIDTH, 2 * HEIGHT))  # a JPEG is decoded at the size that is needed
            picture = _flatten(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise ImageBroken(type(exc).__name__) from exc
    shrunk = _shrink(picture)
    tops = [*_find_tops(shrunk), shrunk.height]
    return [_encode(shrunk.crop((0, top, shrunk.width, end))) for top, end in pairwise(tops)][:MOST_PIECES]


def draw_number(digits: str) -> bytes:
    """Return a picture of a number: whoever can say which one it is has seen it."""
    font = ImageFont.load_default(CELL)
    picture = Image.new("L", (CELL * (len(digits) + 1), 2 * CELL), "white")
    pen = ImageDraw.Draw(picture)
    for place, digit in enumerate(digits):
        pen.text((CELL * (2 * place + 1) // 2 + CELL // 4, CELL // 2), digit, "black", font)
    return _encode(picture)


def _flatten(picture: Image.Image) -> Image.Image:
    """Return the picture in plain colours, what is transparent being white."""
    if picture.mode in ("RGB", "L"):
        return picture.copy()
    over = picture.convert("RGBA")
    under = Image.new("RGBA", over.size, "white")
    return Image.alpha_composite(under, over).convert("RGB")


def _shrink(picture: Image.Image) -> Image.Image:
    """Return the picture at most WIDTH wide; one that is hardly longer than a piece becomes one piece."""
    scale = min(1.0, WIDTH / picture.width)
    if picture.height * scale < 1.5 * HEIGHT:
        scale = min(scale, HEIGHT / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS) if scale < 1 else picture


def _find_tops(picture: Image.Image) -> list[int]:
    """Return where each piece begins: pieces of about one height, parted between two lines of text."""
    count = math.ceil(picture.height / HEIGHT)
    step = picture.height / count
    grey = picture.convert("L")
    return [0, *(_find_blank(grey, round(step * number), round(step * _SLACK)) for number in range(1, count))]


def _find_blank(grey: Image.Image, near: int, slack: int) -> int:
    """Return the row of the least contrast near a row: between two lines nothing is printed."""

    def contrast(row: int) -> tuple[int, int]:
        low, high = grey.crop((0, row, grey.width, row + 1)).getextrema()
        return int(high) - int(low), abs(row - near)  # type: ignore[arg-type]  # one band: two numbers

    return min(range(max(1, near - slack), min(grey.height, near + slack)), key=contrast)


def _encode(piece: Image.Image) -> bytes:
    buffer = io.BytesIO()
    piece.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
