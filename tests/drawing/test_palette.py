"""Colours: contrast by the formula of WCAG 2, for every text and line on every ground it can lie on."""

from __future__ import annotations

import re

import pytest

from engine.drawing.courses_svg import PATTERN_STYLE
from engine.drawing.courses_svg import STYLE as COURSES
from engine.drawing.palette import DARK, LIGHT, contrast, variables
from engine.drawing.svg import STYLE as DRAWINGS
from engine.reports.html.style import STYLE as PAGE

GROUNDS = ("paper", "panel", "stage", "end", "several", "covered", "partly", "missing", "weekend", "holiday")
TEXTS = {
    "ink": GROUNDS,
    "soft": GROUNDS,
    "link": ("paper",),
    "covered-ink": ("paper", "covered"),
    "partly-ink": ("paper", "partly"),
    "missing-ink": ("paper", "missing"),
}
LINES = {
    "line": ("paper",),
    "edge": ("paper",),
    "stage-edge": ("paper", "stage"),
    "end-edge": ("paper", "end"),
    "several-edge": ("paper", "several"),
    "covered-edge": ("paper", "covered", "panel"),
    "partly-edge": ("paper", "partly", "panel"),
    "missing-edge": ("paper", "missing", "panel"),
    "bar": ("paper", "weekend"),
    "late": ("paper", "weekend"),
}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXTS), (3.0, LINES)], ids=["texts", "lines"])
def test_contrast_is_enough(colours, least, pairs):
    low = {
        (over, under): round(contrast(colours[over], colours[under]), 2)
        for over, grounds in pairs.items()
        for under in grounds
        if contrast(colours[over], colours[under]) < least
    }
    assert low == {}


def test_contrast_is_that_of_wcag():
    # The two ends of the scale, and the lightest grey that is enough on white, as WCAG's own examples have them.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_light_and_dark_have_the_same_colours_and_no_other_is_used():
    assert set(LIGHT) == set(DARK)
    for style in (PAGE, DRAWINGS, COURSES, PATTERN_STYLE):
        assert set(re.findall(r"var\(--([a-z-]+)\)", style)) <= set(LIGHT)
    used = set(re.findall(r"var\(--([a-z-]+)\)", PAGE))
    assert used == set(LIGHT)
    assert not re.search(r"#[0-9a-f]{3,6}", DRAWINGS + COURSES + PATTERN_STYLE)


def test_dark_colours_are_for_those_who_prefer_them():
    assert "@media(prefers-color-scheme:dark)" in variables(":root")
