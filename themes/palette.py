"""One colour per town, every readable shade computed from it.

The town gives one hex colour and nobody at the town should have to know what a contrast ratio is. Colours move
in OKLCH (hue kept, lightness searched, chroma reduced until sRGB can show it), so that a darker yellow stays a
yellow as far as the eye allows. Contrast is WCAG 2's, measured on the rounded hex that is really sent.
"""

import math
import re
from dataclasses import dataclass
from itertools import count

AA = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_LIGHT_SURFACE = "#ffffff"
_DARK_SURFACE = "#1c2127"
_INK = "#14181d"
_STEP = 0.005


@dataclass(frozen=True)
class Shades:
    """Hex colours. ``accent`` and ``accent_strong`` are readable (AA) on ``soft``, ``paper`` and the surface;
    ``accent_contrast`` on both of them; ``brand_contrast`` on ``brand``."""

    brand: str
    brand_contrast: str
    accent: str
    accent_strong: str
    accent_contrast: str
    accent_soft: str
    paper: str
    surface: str


@dataclass(frozen=True)
class Palette:
    light: Shades
    dark: Shades


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two hex colours, from 1 to 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def palette(colour: str) -> Palette:
    """``colour`` is ``#rrggbb``; anything else is a ``ValueError``."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f"La couleur « {colour} » n’est pas de la forme #rrvvbb.")
    lightness, chroma, hue = _oklch(colour)
    return Palette(light=_light(colour.lower(), lightness, chroma, hue), dark=_dark(lightness, chroma, hue))


def stylesheet(colour: str) -> str:
    """The town's ``/theme.css``: the accent variables for light and dark, nothing else."""
    both = palette(colour)
    return (
        f":root{{{_declarations(both.light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_declarations(both.dark)}}}}}\n"
    )


def _light(colour: str, lightness: float, chroma: float, hue: float) -> Shades:
    soft = _hex(0.95, min(chroma, 0.03), hue)
    paper = _hex(0.976, min(chroma, 0.008), hue)
    grounds = (soft, paper, _LIGHT_SURFACE)
    accent_lightness = _search(min(lightness, 0.6), chroma, hue, grounds, direction=-1)
    accent = _hex(accent_lightness, chroma, hue)
    return Shades(
        brand=colour,
        brand_contrast=max(("#ffffff", _INK, "#000000"), key=lambda ink: _legible(ink, colour)),
        accent=accent,
        accent_strong=_hex(max(accent_lightness - 0.09, 0), chroma, hue),
        accent_contrast="#ffffff",
        accent_soft=soft,
        paper=paper,
        surface=_LIGHT_SURFACE,
    )


def _dark(lightness: float, chroma: float, hue: float) -> Shades:
    soft = _hex(0.31, min(chroma, 0.05), hue)
    paper = _hex(0.195, min(chroma, 0.01), hue)
    # A band in the town's own bright colour would dazzle at night: keep the hue, deep.
    brand = _hex(min(lightness, 0.36), min(chroma, 0.11), hue)
    muted = min(chroma, 0.13)
    accent_lightness = _search(max(lightness, 0.74), muted, hue, (soft, paper, _DARK_SURFACE), direction=1)
    return Shades(
        brand=brand,
        brand_contrast="#ffffff",
        accent=_hex(accent_lightness, muted, hue),
        accent_strong=_hex(min(accent_lightness + 0.08, 1), muted, hue),
        accent_contrast=_INK,
        accent_soft=soft,
        paper=paper,
        surface=_DARK_SURFACE,
    )


def _legible(ink: str, ground: str) -> tuple[bool, float]:
    """White is preferred as soon as it is readable, then the softer ink, then black (one always is)."""
    ratio = contrast(ink, ground)
    return (ratio >= AA, {"#ffffff": 2.0, _INK: 1.0}.get(ink, 0.0) if ratio >= AA else ratio)


def _search(
    lightness: float, chroma: float, hue: float, grounds: tuple[str, ...], *, direction: int
) -> float:
    """The lightness nearest to the town's from which the colour is readable on every ground."""
    for step in count():
        candidate = min(max(lightness + direction * step * _STEP, 0.0), 1.0)
        shade = _hex(candidate, chroma, hue)
        if candidate in {0.0, 1.0} or all(contrast(shade, ground) >= AA for ground in grounds):
            return candidate
    raise AssertionError  # count() has no end; black or white has answered before


def _declarations(shades: Shades) -> str:
    return "".join(
        f"--{name}:{value};"
        for name, value in (
            ("brand", shades.brand),
            ("brand-contrast", shades.brand_contrast),
            ("accent", shades.accent),
            ("accent-strong", shades.accent_strong),
            ("accent-contrast", shades.accent_contrast),
            ("accent-soft", shades.accent_soft),
            ("paper", shades.paper),
        )
    )


def _channels(colour: str) -> tuple[float, float, float]:
    """Linear-light sRGB, each from 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """The sRGB colour; chroma is reduced until the screen can show it."""
    while True:
        channels = _srgb(lightness, chroma, hue)
        if chroma == 0 or all(-0.0005 <= channel <= 1.0005 for channel in channels):
            return "#" + "".join(f"{round(min(max(channel, 0), 1) * 255):02x}" for channel in channels)
        chroma = chroma - 0.004 if chroma > 0.004 else 0.0


def _srgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
