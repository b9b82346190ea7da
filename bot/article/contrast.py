"""Colours of text and background, and how far apart they are."""

import colorsys
import re

LEGIBLE = 1.2
"""Contrast ratio (WCAG 2) below which text is taken for unseen: #eee on white has 1.16, #ccc 1.6."""

_Colour = tuple[float, float, float, float]
_WHITE: _Colour = (255, 255, 255, 1)
_NAMED: dict[str, str] = dict(
    pair.split(":")
    for pair in [
        "white:#fff",
        "black:#000",
        "red:#f00",
        "lime:#0f0",
        "blue:#00f",
        "yellow:#ff0",
        "cyan:#0ff",
        "aqua:#0ff",
        "magenta:#f0f",
        "fuchsia:#f0f",
        "silver:#c0c0c0",
        "gray:#808080",
        "grey:#808080",
        "maroon:#800000",
        "olive:#808000",
        "green:#008000",
        "purple:#800080",
        "teal:#008080",
        "navy:#000080",
        "orange:#ffa500",
        "snow:#fffafa",
        "ivory:#fffff0",
        "azure:#f0ffff",
        "whitesmoke:#f5f5f5",
        "ghostwhite:#f8f8ff",
        "floralwhite:#fffaf0",
        "seashell:#fff5ee",
        "mintcream:#f5fffa",
        "honeydew:#f0fff0",
        "aliceblue:#f0f8ff",
        "lavenderblush:#fff0f5",
        "linen:#faf0e6",
        "oldlace:#fdf5e6",
        "lightyellow:#ffffe0",
        "lightcyan:#e0ffff",
        "gainsboro:#dcdcdc",
        "lightgray:#d3d3d3",
        "lightgrey:#d3d3d3",
        "darkgray:#a9a9a9",
        "dimgray:#696969",
        "beige:#f5f5dc",
        "cornsilk:#fff8dc",
        "pink:#ffc0cb",
        "gold:#ffd700",
    ]
)
_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_FUNCTION = re.compile(r"\b(rgb|hsl)a?\(([^()]{3,60})\)")
_NAME = re.compile(r"\b(?:" + "|".join(sorted(_NAMED, key=len, reverse=True)) + r")\b")


def read_colour(value: str | None) -> _Colour | None:
    """Return red, green, blue (0 to 255) and alpha of a CSS value; None when it names no plain colour."""
    if not value or "url(" in value or "gradient" in value or "var(" in value:
        return None
    if "transparent" in value:
        return (0, 0, 0, 0)
    digits, function, name = _HEX.search(value), _FUNCTION.search(value), _NAME.search(value)
    if digits:
        return _read_hex(digits[1])
    if function:
        return _read_function(function[1], function[2])
    return _read_hex(_NAMED[name[0]][1:]) if name else None


def are_alike(text: _Colour, background: _Colour | None) -> bool:
    """Tell whether text of one colour cannot be seen on another, white where none is known."""
    red, green, blue, alpha = text
    under = background if background and background[3] > 0.5 else _WHITE
    seen = tuple(
        alpha * own + (1 - alpha) * below for own, below in zip((red, green, blue), under, strict=False)
    )
    lighter, darker = sorted((_luminance(seen), _luminance(under[:3])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < LEGIBLE


def _read_hex(digits: str) -> _Colour | None:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8):
        return None
    red, green, blue, *alpha = (int(digits[at : at + 2], 16) for at in range(0, len(digits), 2))
    return (red, green, blue, alpha[0] / 255 if alpha else 1)


def _read_function(name: str, arguments: str) -> _Colour | None:
    parts = [part for part in re.split(r"[,/\s]+", arguments.replace("deg", "")) if part]
    try:
        numbers = [float(part.rstrip("%")) for part in parts]
    except ValueError:
        return None
    if len(numbers) < 3:
        return None
    alpha = numbers[3] / (100 if parts[3].endswith("%") else 1) if len(numbers) > 3 else 1.0
    if name == "hsl":
        red, green, blue = colorsys.hls_to_rgb(numbers[0] / 360, numbers[2] / 100, numbers[1] / 100)
        return (255 * red, 255 * green, 255 * blue, alpha)
    red, green, blue = (
        number * 2.55 if part.endswith("%") else number
        for part, number in zip(parts, numbers[:3], strict=False)
    )
    return (red, green, blue, alpha)


def _luminance(colour: tuple[float, ...]) -> float:
    """Return the relative luminance, as WCAG 2 defines it."""
    channels = (min(max(channel, 0), 255) / 255 for channel in colour)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
