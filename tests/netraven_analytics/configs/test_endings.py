"""Specs of how configurations end."""

import re

import pytest

from netraven_analytics.configs.endings import ENDINGS

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
