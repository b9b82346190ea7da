"""Pictures of text, drawn for tests: what a scripted model then answers is what was drawn."""

import io
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from bot.article.pictures import CELL, draw_number

MARGIN = 20
LINE = 30


def draw(text: str, *, width: int = 640, image_format: str = "PNG", exif: Image.Exif | None = None) -> bytes:
    """Draw a text, wrapped, black on white, as long as it takes."""
    font = ImageFont.load_default(20)
    lines = [line for paragraph in text.split("\n") for line in _wrap(paragraph, width, font)]
    picture = Image.new("RGB", (width, 2 * MARGIN + LINE * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + LINE * number), line, "black", font)
    return encode(picture, image_format, exif)


def read_number(data: bytes) -> str:
    """Tell which number a picture of one holds, as whoever sees can."""
    shown = Image.open(io.BytesIO(data)).convert("L")
    digits = shown.width // CELL - 1
    found = ""
    for place in range(digits):
        likeness = {digit: _difference(shown, digit * digits, place) for digit in "0123456789"}
        found += min(likeness, key=lambda digit: likeness[digit])
    return found


def _difference(shown: Image.Image, number: str, place: int) -> int:
    box = (CELL // 2 + CELL * place, 0, CELL // 2 + CELL * (place + 1), shown.height)
    return sum(ImageChops.difference(shown.crop(box), _drawn(number).crop(box)).histogram()[64:])


@cache
def _drawn(number: str) -> Image.Image:
    return Image.open(io.BytesIO(draw_number(number))).convert("L")


def encode(picture: Image.Image, image_format: str = "PNG", exif: Image.Exif | None = None) -> bytes:
    """Encode a picture, with what a camera adds where there is any."""
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **({"exif": exif} if exif is not None else {}))
    return buffer.getvalue()


def _wrap(paragraph: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if font.getlength(longer) < width - 2 * MARGIN else [*lines, word]
    return lines
