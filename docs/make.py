"""Write the pages that the code itself tells: docs/reports.md and GLOSSARY.md.

usage: venv/bin/python docs/make.py
"""

from pathlib import Path

from netraven_analytics.glossary import WORDS
from netraven_analytics.reports import catalogue

ROOT = Path(__file__).parents[1]


def glossary() -> str:
    lines = [f"- **{word}**: {meaning}" for word, meaning in WORDS.items()]
    return "# Glossary\n\nWhat the words of the reports mean.\n\n" + "\n".join(lines) + "\n"


def reports() -> str:
    """Each report's definition as its docstring has it."""
    listed = [f"- [{name}](#{name}): {report.summary}" for name, report in sorted(catalogue.items())]
    sections = [_section(name) for name in sorted(catalogue)]
    head = "# The reports\n\nThe options that all share are told in [answers.md](answers.md).\n"
    return "\n".join([head, *listed, "", *sections])


def _section(name: str) -> str:
    report = catalogue[name]
    taken = ", ".join(f"`{dimension}`" for dimension in report.dimensions)
    by = f"`by` takes {taken}." if taken else "Events: no `by`."
    return f"## {name}\n\n{by}\n\n```text\n{report.definition}\n```\n"


PAGES = {ROOT / "GLOSSARY.md": glossary, ROOT / "docs" / "reports.md": reports}

if __name__ == "__main__":
    for path, text in PAGES.items():
        path.write_text(text(), encoding="utf-8")
