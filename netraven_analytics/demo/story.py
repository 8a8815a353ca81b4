"""The configurations of one device, one after the other, as its backups saw them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netraven_analytics.demo.answers import ConfigChange
from netraven_analytics.demo.events import Calendar, Event
from netraven_analytics.demo.instants import DAY, MINUTE, aware
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.texts.dialect import Stamp, Subject
from netraven_analytics.demo.texts.draft import DIALECTS, Draft, lines_of
from netraven_analytics.demo.texts.edits import add_syslog, edit, renew_banner, swap_ntp
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import USERS

_CRLF, _IDENTICAL = 0.06, 0.30
_STANDARD_NTP, _ODD_NTP = "192.0.2.2", "198.51.100.77"
# By the number of the drift: another server, one more, one less.
_NTP_DRIFT = ((_STANDARD_NTP, _ODD_NTP), (None, _ODD_NTP), (_STANDARD_NTP, None))


@dataclass(frozen=True)
class Snapshot:
    """``lines`` are those of the text without its noise."""

    id: int
    found: int
    text: str
    lines: tuple[str, ...]
    event: Event | None
    claimed_user: str | None


class Story:
    """Tells a device's snapshots in order; afterwards ``vault`` and ``shared`` know its secrets."""

    def __init__(self, spec: FleetSpec, device: Device, calendar: Calendar) -> None:
        self._device, self._calendar = device, calendar
        self._dialect = DIALECTS[device.platform]
        self._chance = spec.random("texts", device.index)
        self.vault = Vault(spec.random("secrets", device.index))
        self.shared = Vault(spec.random("shared secrets", device.role, device.platform))
        # What noise is cannot be known for a device without a type, so its texts have none.
        self._noisy = device.device_type is not None
        self._undo: Draft | None = None
        sections = self._dialect.build(_subject(device), self._chance, self.vault, self.shared)
        self._draft = Draft(sections, self._noisy)
        self._stamp = self._first_stamp()
        self._last_text = ""

    def tell(self, kept: list[int], ids: list[int]) -> Iterator[Snapshot]:
        """A snapshot for each place in the calendar that is kept."""
        seen = self._calendar.seen[self._device.index]
        events = self._calendar.events.get(self._device.index, {})
        for place, snapshot_id in zip(kept, ids, strict=True):
            found, event = int(seen[place]), events.get(place)
            if event is None and place:
                text, lines = self._unchanged(found), self._draft.lines
            else:
                text, lines = self._told(event, found)
            yield Snapshot(snapshot_id, found, text, lines, event, self._claimed(text))

    def _told(self, event: Event | None, found: int) -> tuple[str, tuple[str, ...]]:
        if event is not None and event.kind not in ("suspect", "recovered"):
            self._change(event)
            self._touch(event.happened, event.happened + 2 * MINUTE, found)
        text = self._print(found)
        if event is None or event.kind != "suspect":
            return text, self._draft.lines
        share = 0.0 if event.campaign % 4 < 2 else self._chance.uniform(0.3, 0.45)
        text = text[: int(share * len(text))]
        return text, lines_of(text, self._noise())

    def _change(self, event: Event) -> None:
        before, undo, self._undo = self._draft, self._undo, None
        if event.kind == "rollout":
            sections = self._roll_out(event.campaign)
        elif event.kind == "drift":
            sections = swap_ntp(before.sections, self._dialect, *_NTP_DRIFT[event.campaign % len(_NTP_DRIFT)])
        elif event.kind == "revert" and undo is not None:
            self._draft = undo
            return
        else:
            sections = edit(before.sections, self._dialect, self._chance, self.vault)
            self._undo = before
        self._draft = Draft(sections, self._noisy)

    def _roll_out(self, number: int) -> dict[str, list[str]]:
        if number == 1:
            return renew_banner(self._draft.sections)
        return add_syslog(self._draft.sections, self._dialect, f"192.0.2.{51 + number}")

    def _unchanged(self, found: int) -> str:
        """The same configuration once more: to the byte, or but for line ends, or but for noise."""
        draw = self._chance.random()
        if draw < _CRLF:
            return self._last_text.replace("\n", "\r\n")
        if draw < _IDENTICAL and not self._dialect.always_noisy:
            return self._last_text
        seconds_ago = self._chance.randrange(60, 20_000)
        self._touch(None, found - seconds_ago * 1_000_000, found)
        return self._print(found)

    def _touch(self, changed: int | None, saved: int, found: int) -> None:
        """Somebody saved the configuration, or changed it, or looked like it."""
        user = self._chance.choice(USERS)
        self._stamp = replace(self._stamp, saved_at=aware(min(saved, found)), changed_by=user)
        if changed is not None:
            self._stamp = replace(self._stamp, changed_at=aware(changed))

    def _print(self, found: int) -> str:
        clock = self._stamp.clock + self._chance.randrange(1, 9)
        self._stamp = replace(self._stamp, printed_at=aware(found), clock=clock, size=self._draft.size)
        self._last_text = self._draft.print(self._noise())
        return self._last_text

    def _noise(self) -> dict[str, str]:
        return dict(self._dialect.noise(self._stamp)) if self._noisy else {}

    def _claimed(self, text: str) -> str | None:
        claims = self._noisy and self._dialect.claims_user and f" by {self._stamp.changed_by}" in text
        return self._stamp.changed_by if claims else None

    def _first_stamp(self) -> Stamp:
        start = int(self._calendar.seen[self._device.index][0]) - self._chance.randrange(DAY, 30 * DAY)
        return Stamp(aware(start), USERS[0], aware(start), aware(start), 17_179_800, self._draft.size)


def _subject(device: Device) -> Subject:
    return Subject(
        device.hostname, device.ip_address, device.role, device.site, device.index, device.location
    )


def config_change(device: Device, before: Snapshot, after: Snapshot, reverted_to: int | None) -> ConfigChange:
    """The answer key's entry for two snapshots that differ."""
    added, removed = count_lines(before.lines, after.lines)
    assert after.event is not None, "texts differ only where something happened"
    return ConfigChange(
        device_id=device.id,
        from_id=before.id,
        to_id=after.id,
        previous_at=aware(before.found),
        found_at=aware(after.found),
        happened_at=aware(after.event.happened),
        lines_added=added,
        lines_removed=removed,
        kind="edit" if after.event.kind == "revert" and reverted_to is None else after.event.kind,
        claimed_user=after.claimed_user,
        reverted_to=reverted_to,
    )


def count_lines(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[int, int]:
    """Lines added and removed by the longest common subsequence."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    common = _longest_common(old, new)
    return len(new) - common, len(old) - common


def _longest_common(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    row = [0] * (len(new) + 1)
    for line in old:
        diagonal = 0
        for place, other in enumerate(new, start=1):
            above = row[place]
            row[place] = diagonal + 1 if line == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]
