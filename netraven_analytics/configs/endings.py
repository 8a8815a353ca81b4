"""How a platform's whole configuration ends. Add yours to the table."""

import re

# By the start of a netmiko device type: a regular expression, the same to PostgreSQL and Python, that is
# found in every text that was not cut short. A platform that does not say where it ends, such as NX-OS, has
# none.
_END = r"(^|[\r\n])end\s*$"
ENDINGS: dict[str, str] = {
    "cisco_ios": _END,
    "cisco_xe": _END,
    "cisco_xr": _END,
    "cisco_asa": r"(^|[\r\n])(: end|Cryptochecksum:\S+)\s*$",
    "arista_eos": _END,
    "fortinet": _END,
    "hp_comware": r"(^|[\r\n])return\s*$",
    "paloalto": r"(</(config|response)>|(^|[\r\n])(\}|set [^\r\n]+))\s*$",
    "vyos": r"(^|[\r\n])(\}|set [^\r\n]+|// Release version: [^\r\n]+)\s*$",
    # The last block's closing brace; with "display set" each line is whole.
    "juniper": r"(^|[\r\n])(\}|(set|delete|activate|deactivate) [^\r\n]+)\s*$",
}

_TAIL = 200  # characters: enough for the last lines of a text


def is_suspect(text: str, size: int, size_before: int, device_type: str | None) -> bool:
    """Whether the text is empty, under half the size before, or lacks the end that its platform gives."""
    if not text.strip() or (size_before is not None and 2 * size < size_before):
        return True
    ends = [end for start, end in ENDINGS.items() if (device_type or "").startswith(start)]
    return any(re.search(end, text[-_TAIL:]) is None for end in ends)
