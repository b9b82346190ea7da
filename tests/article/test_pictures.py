import io
import random

import pytest
from PIL import Image

from bot.article.mediatypes import is_image
from bot.article.pictures import HEIGHT, MOST_PIECES, WIDTH, cut_picture
from bot.article.unreadable import ImageBroken
from tests.servers.pictures import LINE, MARGIN, draw, encode

ORIENTATION, GPS, COMMENT = 0x0112, 0x8825, 0x9286


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_each_kind_of_picture_becomes_a_jpeg(image_format: str) -> None:
    data = draw("The quay is closed.", image_format=image_format)
    assert is_image(data)
    (piece,) = cut_picture(data)
    assert opened(piece).format == "JPEG"
    assert opened(piece).size == opened(data).size


def test_nothing_but_the_pixels_leaves_with_a_picture() -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS)[2] = (48.0, 12.0, 30.0)
    exif[COMMENT] = "private"
    sent = draw("The quay is closed.", image_format="JPEG", exif=exif)
    assert b"private" in sent
    (piece,) = cut_picture(sent)
    assert b"private" not in piece
    assert not opened(piece).getexif()


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    (piece,) = cut_picture(encode(Image.new("RGB", (300, 200), "white"), "JPEG", exif))
    assert opened(piece).size == (200, 300)


def test_what_is_transparent_is_white() -> None:
    (piece,) = cut_picture(encode(Image.new("RGBA", (40, 40), (0, 0, 0, 0))))
    assert opened(piece).getpixel((20, 20)) == (255, 255, 255)


def test_a_large_photo_is_made_smaller_and_stays_whole() -> None:
    (piece,) = cut_picture(encode(Image.new("L", (3_000, 4_000), 200), "JPEG"))
    assert opened(piece).size == (WIDTH, HEIGHT)


def test_a_long_screenshot_is_cut_between_two_lines() -> None:
    data = draw("\n".join(f"Line {number} of a long report about a quay." for number in range(200)))
    pieces = [opened(piece) for piece in cut_picture(data)]
    assert len(pieces) == 3
    assert all(piece.width == 640 and piece.height <= 1.2 * HEIGHT for piece in pieces)
    assert sum(piece.height for piece in pieces) == opened(data).height
    top = 0
    for piece in pieces[:-1]:
        top += piece.height
        row = (top - MARGIN) % LINE
        assert row >= 24 or row <= 3, f"cut through a line of text, {row} pixels below its top"


def test_what_is_too_long_ends_after_some_pieces() -> None:
    assert len(cut_picture(encode(Image.new("L", (400, 20_000), 255)))) == MOST_PIECES


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(2_000),
        draw("The quay is closed.")[:200],
        b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(20),
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageBroken):
        cut_picture(data)


def test_a_picture_of_absurd_size_is_refused_before_it_is_decoded() -> None:
    bomb = encode(Image.new("1", (19_000, 19_000)))
    assert len(bomb) < 100_000
    with pytest.raises(ImageBroken):
        cut_picture(bomb)
