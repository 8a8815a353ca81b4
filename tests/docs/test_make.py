"""The pages that the code tells are as the code tells them."""

import runpy
from pathlib import Path

import pytest

PAGES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "make.py"))["PAGES"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_is_what_the_code_says(page: Path) -> None:
    """Where this fails, run docs/make.py."""
    assert page.read_text(encoding="utf-8") == PAGES[page]()
