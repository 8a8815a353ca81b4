"""Specs of how configurations end."""

import re

import pytest

from netraven_analytics.configs.endings import ENDINGS, is_suspect

WHOLE = {
    "cisco_ios": "hostname r\nend\n",
    "cisco_asa": "hostname r\nCryptochecksum:1a2b\n: end\n",
    "fortinet": "config system global\n    set x y\nend\n",
    "hp_comware": "#\n sysname r\n#\nreturn\n",
    "paloalto": "<config>\n</config>\n",
    "vyos": "system {\n}\n// Release version: 1.4\n",
    "juniper": "system {\n}\n",
}


@pytest.mark.parametrize("start", WHOLE)
def test_a_text_that_was_cut_short_lacks_its_end(start: str) -> None:
    """And a whole one has it, with any line ends and blanks behind."""
    for text in (WHOLE[start], WHOLE[start].replace("\n", "\r\n"), WHOLE[start] + "\n\n"):
        assert re.search(ENDINGS[start], text)
    assert not re.search(ENDINGS[start], WHOLE[start][: len(WHOLE[start]) * 2 // 3])


def test_a_suspect_text_is_empty_shrunk_or_without_its_end() -> None:
    """As backup_freshness has it, told from the text itself."""
    whole = "hostname a\nend\n"
    assert not is_suspect(whole, 15, 30, "cisco_ios")
    assert is_suspect(whole, 15, 31, "cisco_ios")
    assert is_suspect(" \r\n", 3, 0, None)
    assert is_suspect("hostname a\n", 11, 0, "cisco_ios")
    assert not is_suspect("hostname a\n", 11, 0, "cisco_nxos")
