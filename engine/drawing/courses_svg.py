"""A course as SVG: days from left to right, what happened as numbered marks, limits as bars.

Colour says nothing that a form or a word does not: the part after a due date is hatched and ends with its result in
words above the bar; pauses are dotted over; bank holidays have a mark of their own at the top.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from engine.calendars import day_text
from engine.drawing.markup import escaped, number, tag
from engine.drawing.measure import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.drawing.courses import Course, DayOff, Occasion, Run

WIDTH = 360.0
_SIDE = 10.0
_SIZE, _LINE = 11.5, 14.0
_AXIS = 18.0  # the height of the names of months
_ROW = 19.0  # of marks
_BAR = 9.0
_BELOW = 10.0  # from a bar to what follows
_LONG_WAY = 46  # days from which months are named, not Mondays
_LEAST_APART = 56.0  # between two names on the axis
# So many marks and bars are drawn of one course, the first ones: more could not be told apart.
MOST_MARKS, MOST_BARS = 200, 60
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

STYLE = (
    ".course{font-size:11.5px;max-width:100%;height:auto}"
    ".course text{fill:var(--ink)}"
    ".course .axis{fill:var(--soft)}"
    ".course .run{font-weight:600}.course .said{fill:var(--soft)}"
    ".course .mark{text-anchor:middle;font-size:10px;font-weight:600}"
    ".course .we{fill:var(--weekend)}.course .bh{fill:var(--holiday)}.course .peak{fill:var(--end-edge)}"
    ".course .tick{stroke:var(--edge);stroke-width:.7}"
    ".course .hair{stroke:var(--edge);stroke-width:.7;stroke-dasharray:1 3}"
    ".course .event{fill:var(--paper);stroke:var(--stage-edge);stroke-width:1.5}"
    ".course .time{fill:var(--paper);stroke:var(--several-edge);stroke-width:1.5}"
    ".course .refused{fill:var(--paper);stroke:var(--missing-edge);stroke-width:1.5;stroke-dasharray:3 2}"
    ".course .bar{fill:var(--bar)}"
    ".course .rest{fill:var(--paper);stroke:var(--bar)}"
    ".course .late{fill:url(#late);stroke:var(--late)}"
    ".course .pause{fill:url(#pause);stroke:var(--ink);stroke-width:.7}"
    ".course .on{fill:var(--bar)}"
    ".course .due{stroke:var(--ink);stroke-width:2}"
)
# What the bars are filled with; once in a page.
PATTERNS = (
    '<svg width="0" height="0" class="patterns" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="late" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="late-ground" width="6" height="6"/><rect class="late-line" width="2.5" height="6"/></pattern>'
    '<pattern id="pause" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="pause-ground" width="4" height="4"/><circle class="pause-dot" cx="2" cy="2" r="1.1"/></pattern>'
    "</defs></svg>"
)
PATTERN_STYLE = (
    ".late-ground,.pause-ground{fill:var(--paper)}.late-line{fill:var(--late)}.pause-dot{fill:var(--ink)}"
    ".patterns{position:absolute}"
)


def course_element(course: Course, name: str) -> str:
    """The picture of a course as an element of a page that has `STYLE` and `PATTERNS`."""
    return "".join(_Canvas(course).drawn(name))


class _Placed(NamedTuple):
    """A mark in its row."""

    occasion: Occasion
    x: float
    row: int


class _Canvas:
    """Where days and rows lie."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.day = (WIDTH - 2 * _SIDE) / course.days
        self.marks = list(_placed(self))
        rows = max((mark.row for mark in self.marks), default=-1) + 1
        self.top = _AXIS + 4.0
        self.below_marks = self.top + rows * _ROW + 6.0
        self.runs = [(run, _run_words(run)) for run in _started(course)[:MOST_BARS]]
        self.height = (
            self.below_marks + sum(_LINE * len(words) + _BAR + _BELOW for _, words in self.runs) + 4.0
        )

    def x(self, day: date) -> float:
        """The left edge of a day, no further out than the picture."""
        return self._edge((day - self.course.first).days)

    def end(self, day: date) -> float:
        """The right edge of a day, no further out than the picture."""
        return self._edge((day - self.course.first).days + 1)

    def _edge(self, days: int) -> float:
        return _SIDE + min(max(days, 0), self.course.days) * self.day

    def drawn(self, name: str) -> Iterator[str]:
        """The element."""
        high = number(self.height)
        yield tag(
            "svg",
            self._days_off(),
            "".join(self._axis()),
            "".join(self._marks()),
            "".join(self._runs()),
            class_="course",
            role="img",
            aria_label=f"{name}: {span_in_words(self.course)}; the tables after it say the same",
            viewBox=f"0 0 {number(WIDTH)} {high}",
            width=number(WIDTH),
            height=high,
        )

    def _days_off(self) -> str:
        weekends = [day for day in self.course.days_off if day.is_weekend]
        holidays = self.course.holidays
        peaks = "".join(
            f"M{number(self.x(day.on) + self.day / 2)} {number(_AXIS + 4)}l-3.5 -6h7z" for day in holidays
        )
        return (
            (tag("path", class_="we", d=self._bands(weekends)) if weekends else "")
            + (tag("path", class_="bh", d=self._bands(list(holidays))) if holidays else "")
            + (tag("path", class_="peak", d=peaks) if peaks else "")
        )

    def _bands(self, days: list[DayOff]) -> str:
        """The days as bands of the full height, neighbours together."""
        bands, high = [], number(self.height - _AXIS)
        for first, last in _together(days):
            wide = number(self.end(last) - self.x(first))
            bands.append(f"M{number(self.x(first))} {number(_AXIS)}h{wide}v{high}h-{wide}z")
        return "".join(bands)

    def _axis(self) -> Iterator[str]:
        free = 0.0
        for day, words in _ticks(self.course):
            x = self.x(day)
            if x >= free and x + _LEAST_APART * 0.7 <= WIDTH:
                yield tag("line", class_="tick", x1=number(x), x2=number(x), y1="13", y2=number(self.height))
                yield tag("text", escaped(words), class_="axis", x=number(x), y="11")
                free = x + _LEAST_APART

    def _marks(self) -> Iterator[str]:
        for mark in self.marks:
            x, y = mark.x, self.top + mark.row * _ROW + _ROW / 2
            yield tag(
                "line",
                class_="hair",
                x1=number(x),
                x2=number(x),
                y1=number(y + 7),
                y2=number(self.height - 4),
            )
        for mark in self.marks:
            x, y = mark.x, self.top + mark.row * _ROW + _ROW / 2
            yield _FORMS[mark.occasion.kind](x, y)
            yield tag("text", str(mark.occasion.number), class_="mark", x=number(x), y=number(y + 3.5))

    def _runs(self) -> Iterator[str]:
        y = self.below_marks
        for run, words in self.runs:
            for place, line in enumerate(words):
                y += _LINE
                yield tag(
                    "text", escaped(line), class_="said" if place else "run", x=number(_SIDE), y=number(y - 4)
                )
            yield from self._bar(run, y + 2.0)
            y += _BAR + _BELOW

    def _bar(self, run: Run, y: float) -> Iterator[str]:
        """From the start to the due date, then what is late; the part not needed is hollow."""
        assert run.start is not None
        start, until = run.start, run.until or self.course.last
        due = run.due or until
        ran = min(due, until)
        yield _piece("bar", self.x(start), self.end(ran), y)
        if due > ran:
            yield _piece("rest", self.end(ran), self.end(due), y)
        if run.late_until is not None:
            yield _piece("late", self.end(due), self.end(run.late_until), y)
        for first, last in run.pauses:
            yield _piece("pause", self.x(first), self.end(min(last, until)), y)
        if run.due is None:
            return
        x = self.end(run.due)
        if run.due <= self.course.last:
            x_due = number(x)
            yield tag("line", class_="due", x1=x_due, x2=x_due, y1=number(y - 2), y2=number(y + _BAR + 2))
        else:  # it goes on beyond the picture
            yield tag(
                "path",
                class_="on",
                d=f"M{number(x + 1)} {number(y)}l5 {number(_BAR / 2)}l-5 {number(_BAR / 2)}z",
            )


def _piece(class_: str, left: float, right: float, y: float) -> str:
    """A part of a bar; nothing if it has no width."""
    if right <= left:
        return ""
    wide, high = number(right - left), number(_BAR)
    return tag("rect", class_=class_, x=number(left), y=number(y), width=wide, height=high)


def span_in_words(course: Course) -> str:
    """From which day to which."""
    return f"{day_text(course.first)} to {day_text(course.last)}"


def drawn_in_words(course: Course) -> str:
    """How much of a long course is drawn, as a sentence; nothing if all of it is."""
    marks, bars = len(course.occasions), len(_started(course))
    short = [
        f"the first {most} of {there_are} {what}"
        for most, there_are, what in ((MOST_MARKS, marks, "marks"), (MOST_BARS, bars, "limits"))
        if there_are > most
    ]
    return f"Drawn are {' and '.join(short)}; the tables hold them all." if short else ""


def _started(course: Course) -> list[Run]:
    """The runs of which there is a bar."""
    return [run for run in course.runs if run.start is not None]


def _run_words(run: Run) -> tuple[str, ...]:
    due = f"due {day_text(run.due)}; " if run.due is not None else ""
    return (
        *wrapped(run.name, WIDTH - 2 * _SIDE, _SIZE, bold=True),
        *wrapped(due + run.text, WIDTH - 2 * _SIDE, _SIZE),
    )


def _placed(canvas: _Canvas) -> Iterator[_Placed]:
    """Each mark in the first row in which it touches no other."""
    ends: list[float] = []
    for occasion in canvas.course.occasions[:MOST_MARKS]:
        x = canvas.x(occasion.on) + canvas.day / 2
        row = next((place for place, end in enumerate(ends) if x - end >= 0), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = x + 18.0
        yield _Placed(occasion, x, row)


def _together(days: list[DayOff]) -> Iterator[tuple[date, date]]:
    """First and last of days that follow each other."""
    first = last = None
    for day in days:
        if last is not None and (day.on - last).days == 1:
            last = day.on
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = day.on
    if first is not None and last is not None:
        yield first, last


def _ticks(course: Course) -> Iterator[tuple[date, str]]:
    """The days named on the axis: Mondays of a short way, first days of months or years of a longer one."""
    if (course.last - course.first).days < _LONG_WAY:
        for ordinal in range(course.first.toordinal(), course.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() == 0 or day == course.first:
                yield day, f"{day.day} {_MONTHS[day.month - 1]}"
        return
    if not course.shows_days_off:
        years = range(course.first.year + 1, course.last.year + 1)
        yield from ((date(year, 1, 1), str(year)) for year in years)
        return
    yield course.first, _month(course.first)
    year, month = course.first.year, course.first.month
    while (year, month) < (course.last.year, course.last.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        yield date(year, month, 1), _month(date(year, month, 1))


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _circle(x: float, y: float) -> str:
    return tag("circle", class_="event", cx=number(x), cy=number(y), r="8")


def _diamond(x: float, y: float) -> str:
    return tag("path", class_="time", d=f"M{number(x)} {number(y - 9.5)}l9.5 9.5l-9.5 9.5l-9.5 -9.5z")


def _square(x: float, y: float) -> str:
    return tag("rect", class_="refused", x=number(x - 7.5), y=number(y - 7.5), width="15", height="15")


_FORMS = {"event": _circle, "time": _diamond, "refused": _square}
