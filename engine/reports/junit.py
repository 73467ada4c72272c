"""JUnit's XML, as continuous integration reads it: what its reports have in common."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_COUNTED = {
    "tests": "testcase",
    "failures": "testcase/failure",
    "errors": "testcase/error",
    "skipped": "testcase/skipped",
}


def child(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """An element put into another, with what XML cannot hold taken out of its text and attributes."""
    made = ET.SubElement(parent, tag, {name: xml(value) for name, value in attributes.items()})
    made.text = xml(text) or None
    return made


def counted(suite: ET.Element) -> ET.Element:
    """The suite with the numbers of its cases."""
    suite.attrib.update({name: str(len(suite.findall(path))) for name, path in _COUNTED.items()})
    return suite


def suites_text(name: str, suites: list[ET.Element]) -> str:
    """All suites as one file."""
    sums = {each: str(sum(int(suite.attrib[each]) for suite in suites)) for each in _COUNTED}
    root = ET.Element("testsuites", {"name": name, **sums})
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def xml(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)
