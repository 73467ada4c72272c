"""What replaying found as one page: no other file, no script, nothing loaded from anywhere."""

from engine.reports.html.page import verdicts_html

__all__ = ["verdicts_html"]
