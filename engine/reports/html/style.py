"""How the page looks: on a phone and on a desk, in light and dark, on paper."""

from __future__ import annotations

from engine.drawing.courses_svg import PATTERN_STYLE
from engine.drawing.courses_svg import STYLE as COURSES
from engine.drawing.palette import variables
from engine.drawing.svg import FONT
from engine.drawing.svg import STYLE as DRAWINGS

_PAGE = f"""
*{{box-sizing:border-box}}
html{{color-scheme:light dark;-webkit-text-size-adjust:100%}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 {FONT}}}
header,main,footer,nav{{max-width:68rem;margin:0 auto;padding:0 1rem}}
header{{padding-top:1.25rem}}
h1{{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}}
h2{{font-size:1.3rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:2px solid var(--edge)}}
h3{{font-size:1.08rem;line-height:1.35;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}}
h4{{font-size:1rem;margin:1rem 0 .25rem;overflow-wrap:anywhere}}
p{{margin:.5rem 0}}
a{{color:var(--link)}}
:focus-visible{{outline:3px solid var(--link);outline-offset:2px}}
.skip{{position:absolute;left:-999rem;top:0;padding:.6rem 1rem;background:var(--paper);z-index:1}}
.skip:focus{{left:0}}
nav ul{{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:.75rem 0}}
nav a{{display:inline-block;padding:.3rem 0}}
code,pre{{font:.86rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}}
code{{overflow-wrap:anywhere}}
pre{{background:var(--panel);border:1px solid var(--edge);border-radius:6px;padding:.6rem .75rem;overflow-x:auto;
margin:.35rem 0;white-space:pre-wrap;overflow-wrap:anywhere}}
.scroll{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%;font-size:.92rem;margin:.5rem 0 1rem}}
caption{{text-align:left;font-weight:600;padding:.25rem 0}}
th,td{{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--edge)}}
thead th{{font-size:.85rem;color:var(--soft);border-bottom-width:2px}}
.counts{{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;padding:0;margin:1rem 0}}
.counts li{{border:1px solid var(--edge);border-left-width:6px;border-radius:6px;padding:.4rem .8rem;background:var(--panel);
min-width:7.5rem}}
.counts b{{display:block;font-size:1.5rem;line-height:1.2}}
.counts .passed{{border-left-color:var(--covered-edge)}}
.counts .failed{{border-left-color:var(--missing-edge);border-left-style:double;border-left-width:9px}}
.counts .known{{border-left-color:var(--partly-edge);border-left-style:dashed}}
details{{border-bottom:1px solid var(--edge)}}
summary{{padding:.5rem .25rem;cursor:pointer;overflow-wrap:anywhere}}
details>div{{padding:0 0 1rem .25rem}}
.outcome{{font-weight:600}}
.outcome.passed{{color:var(--covered-ink)}}
.outcome.failed{{color:var(--missing-ink)}}
.outcome.known_failure{{color:var(--partly-ink)}}
.failure{{border:2px solid var(--missing-edge);border-radius:8px;padding:0 1rem 1rem;margin:1rem 0}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:.35rem 0}}
dt{{color:var(--soft)}}
dd{{margin:0;min-width:0;overflow-wrap:anywhere}}
.soft{{color:var(--soft)}}
.share{{display:inline-block;width:5rem;height:.7rem;vertical-align:baseline}}
.share .whole{{fill:var(--paper);stroke:var(--edge)}}
.share .part{{fill:var(--covered-edge)}}
.side{{display:grid;gap:0 2rem;grid-template-columns:minmax(0,1fr)}}
svg.course{{width:100%;max-width:30rem;height:auto}}
@media(min-width:60rem){{
.side{{grid-template-columns:minmax(0,25rem) minmax(0,1fr);align-items:start}}
.day{{white-space:nowrap}}
}}
@media(max-width:30rem){{
table{{font-size:.85rem}}
.failure{{padding:0 .6rem .6rem}}
}}
.missing-list li{{margin:.2rem 0}}
@media print{{
.skip,nav{{display:none}}
body{{font-size:11pt}}
h2{{break-after:avoid}}h3,h4{{break-after:avoid}}
tr,.failure,svg.course{{break-inside:avoid}}
a{{color:inherit}}
}}
"""

STYLE = variables(":root") + _PAGE.replace("\n", "") + DRAWINGS + COURSES + PATTERN_STYLE
