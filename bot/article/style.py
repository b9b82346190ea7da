"""CSS declarations, as far as they decide whether text is seen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_READ = frozenset(
    [
        "display",
        "visibility",
        "content-visibility",
        "opacity",
        "font",
        "font-size",
        "text-indent",
        "left",
        "right",
        "top",
        "bottom",
        "inset",
        "margin",
        "margin-left",
        "margin-top",
        "clip",
        "clip-path",
        "transform",
        "scale",
        "filter",
        "color",
        "-webkit-text-fill-color",
        "background",
        "background-color",
        "background-image",
        "width",
        "height",
        "max-width",
        "max-height",
        "line-height",
        "overflow",
        "overflow-x",
        "overflow-y",
        "position",
        "transition",
        "animation",
        "transition-property",
        "animation-name",
    ]
)
_SPACED = frozenset({"font", "background", "color"})  # whose parts only spaces keep apart
_IMPORTANT = re.compile(r"!\s*important")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_NOTHING = r"0*(?:\.0*)?"  # zero, however it is written
_HIDING = re.compile(
    r"(?:^|;)(?:"
    r"display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    rf"|opacity:(?:{_NOTHING}|0?\.0[0-4]\d*|[0-4](?:\.\d+)?%)(?:%|;|$)|filter:[^;]*opacity\({_NOTHING}%?\)"
    r"|text-indent:-\d{3,}"
    r"|(?:left|right|top|bottom):-(?:\d{4,}(?:\.\d+)?px|\d{3,}(?:\.\d+)?(?:px|em|rem|vw|vh|%)|[2-9]\d\dpx)"
    r"|margin(?:-left|-top)?:-\d{4,}px"
    r"|clip:rect\((?:0|1px)[\d,px]*\)"
    r"|clip-path:(?:inset\((?:[5-9]\d|100)(?:\.\d+)?%|circle\(0|ellipse\(0|polygon\(0(?:0|px|%|,)*\))"
    rf"|transform:(?:[^;]*\))?(?:scale[xy3d]*\(0?(?:\.0\d*)?[,)]|translate[xy3d]*\([^)]*-\d{{4,}}|rotate[xy]\(90deg)"
    r"|scale:0(?:;|$)"
    r"|(?:color|-webkit-text-fill-color):transparent"
    r")"
)
_SIZE = re.compile(r"(?<![\w.#-])(\d+\.?\d*|\.\d+)(px|pt|pc|em|rem|ex|ch|vw|vh|%)?(?![\w%.])")
_PIXELS = {"px": 1.0, "pt": 1.33, "%": 0.16, "vw": 12.8, "vh": 8.0, "pc": 16.0}  # 16 for those of letters
TINY_PX = 3
"""Letters below this size are taken for unseen."""
_COLLAPSED = re.compile(r"(?:^|;)(?:(?:max-)?(?:height|width)|line-height):[01](?:px|em|%)?(?:;|$)")
_CLIPPED = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_COLOURS = ("color", "-webkit-text-fill-color", "background", "background-color")
_FADES = ("transition", "animation", "transition-property", "animation-name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Declarations by property, normalised; `important` names those that outrank what comes later."""

    declared: Mapping[str, str] = field(default_factory=dict)
    important: frozenset[str] = frozenset()

    def overlaid(self, later: "Style") -> "Style":
        """Return this style with another on top."""
        if not later.declared:
            return self
        kept = {
            name: value for name, value in self.declared.items() if name in self.important - later.important
        }
        return Style(
            declared={**self.declared, **later.declared, **kept}, important=self.important | later.important
        )

    def get(self, name: str) -> str | None:
        """Return a property's value."""
        return self.declared.get(name)

    @property
    def text(self) -> str:
        """The declarations as one string."""
        return ";".join(f"{name}:{value}" for name, value in self.declared.items())

    @property
    def hides(self) -> bool:
        """Whether what has this style, and all in it, is out of sight."""
        text = self.text
        return bool(text) and bool(
            _HIDING.search(text) or (_COLLAPSED.search(text) and _CLIPPED.search(text))
        )

    @property
    def size_px(self) -> float | None:
        """How large letters are, roughly, when that is declared."""
        value = self.declared.get("font-size") or self.declared.get("font")
        match = _SIZE.search(value) if value else None
        if match is None or (match[2] is None and float(match[1]) > 0):
            return None
        return float(match[1]) * _PIXELS.get(match[2] or "px", 16.0)

    @property
    def is_tiny(self) -> bool:
        """Whether letters are too small to be read; what is inside may have a size of its own."""
        return self.size_px is not None and self.size_px < TINY_PX

    @property
    def may_blur(self) -> bool:
        """Whether it bears on how legible text is."""
        return self.is_tiny or any(name in self.declared for name in _COLOURS)

    @property
    def fades_in(self) -> bool:
        """Whether only its opacity hides it, and that is where an animation begins."""
        without = {name: value for name, value in self.declared.items() if name != "opacity"}
        return any(name in self.declared for name in _FADES) and not Style(declared=without).hides


def read_style(source: str) -> Style:
    """Read declarations: lower case, without spaces, comments and escapes; only those that matter here."""
    if ":" not in source:
        return Style()
    plain = _ESCAPE.sub(_unescape, _COMMENT.sub("", source)).lower()
    declared: dict[str, str] = {}
    important: set[str] = set()
    for declaration in plain.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip()
        if not colon or name not in _READ:
            continue
        value, mark, _ = _IMPORTANT.sub("!", value).partition("!")
        value = re.sub(r"\s+", " " if name in _SPACED else "", value.strip())
        if name not in important or mark:
            declared.pop(name, None)
            declared[name] = value
            important |= {name} if mark else set()
    return Style(declared=declared, important=frozenset(important))


def _unescape(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF else ""
