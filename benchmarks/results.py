"""The sections of ``RESULTS.md``, each between markers of its own and written by one script."""

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_section(name: str, title: str, report: str) -> None:
    """Put a section in the place of its last version, or at the end."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
    section = f"{start}\n## {title}\n\n{report}{end}\n"
    if start in text:
        text = re.sub(f"{start}.*?{end}\n", lambda _: section, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n{section}"
    RESULTS.write_text(text)
