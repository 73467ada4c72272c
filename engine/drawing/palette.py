"""The colours of pictures and pages, in light and dark: every pair of text and ground has a contrast of 4.5 or more.

Lines and edges have 3 or more on the grounds they lie on. Colour never says what words, signs or patterns do not.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "soft": "#505a64",
    "line": "#5b6672",
    "panel": "#f3f5f7",
    "edge": "#7a8592",
    "stage": "#eaf1fb",
    "stage-edge": "#2c5f9e",
    "end": "#efeaf7",
    "end-edge": "#65489b",
    "several": "#f6f1e4",
    "several-edge": "#80601c",
    "link": "#1a56a8",
    "covered": "#e3f3e6",
    "covered-edge": "#23763a",
    "covered-ink": "#1a5c2c",
    "partly": "#fdf3d3",
    "partly-edge": "#8a6100",
    "partly-ink": "#6d4c00",
    "missing": "#fde8e6",
    "missing-edge": "#b3261e",
    "missing-ink": "#97180f",
    "bar": "#3f74b5",
    "late": "#b3261e",
    "weekend": "#e9edf1",
    "holiday": "#dcc7f0",
}
DARK = {
    "paper": "#14181d",
    "ink": "#e8ecf0",
    "soft": "#aeb8c2",
    "line": "#95a1ad",
    "panel": "#1d232a",
    "edge": "#75818d",
    "stage": "#1b2a3d",
    "stage-edge": "#7fb0ee",
    "end": "#282139",
    "end-edge": "#b79ded",
    "several": "#2d2716",
    "several-edge": "#d3ae58",
    "link": "#8fbcf5",
    "covered": "#16301d",
    "covered-edge": "#69c181",
    "covered-ink": "#a3e0b4",
    "partly": "#362b0c",
    "partly-edge": "#dcb148",
    "partly-ink": "#f2d58a",
    "missing": "#3c1a18",
    "missing-edge": "#f1857c",
    "missing-ink": "#ffb9b2",
    "bar": "#5f97dc",
    "late": "#f1857c",
    "weekend": "#242b33",
    "holiday": "#4b3566",
}


def variables(scope: str) -> str:
    """The colours as properties of everything in `scope`, dark ones where the reader prefers those."""
    light, dark = (
        "".join(f"--{name}:{colour};" for name, colour in colours.items()) for colours in (LIGHT, DARK)
    )
    return f"{scope}{{{light}}}@media(prefers-color-scheme:dark){{{scope}{{{dark}}}}}@media print{{{scope}{{{light}}}}}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, `#rrggbb`, from 1 to 21, as WCAG 2 computes it."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
