"""A configuration at one moment: its sections, ready to be printed with any noise."""

from collections.abc import Mapping

from netraven_analytics.demo.texts.dialect import SLOT, Dialect, Sections
from netraven_analytics.demo.texts.eos import EOS
from netraven_analytics.demo.texts.ios import IOS
from netraven_analytics.demo.texts.junos import JUNOS
from netraven_analytics.demo.texts.nxos import NXOS

DIALECTS: Mapping[str, Dialect] = {
    "cisco_ios": IOS,
    "arista_eos": EOS,
    "cisco_nxos": NXOS,
    "juniper_junos": JUNOS,
}


class Draft:
    """``lines`` are the text without noise; printing it costs only the replacement of a few places."""

    def __init__(self, sections: Sections, noisy: bool) -> None:
        everything = [line for lines in sections.values() for line in lines]
        self.sections = sections
        self.lines = tuple(line for line in everything if not line.startswith(SLOT))
        self._template = "\n".join(everything if noisy else self.lines) + "\n"
        self.size = len(self._template)

    def print(self, noise: Mapping[str, str]) -> str:
        """The text as the device gives it."""
        text = self._template
        for name, line in noise.items():
            text = text.replace(f"{SLOT}{name}\n", f"{line}\n")
        return text


def lines_of(text: str, noise: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of a text, printed with that noise and perhaps cut short, without the noise."""
    unwanted = set(noise.values())
    return tuple(line for line in text.splitlines() if line not in unwanted)
