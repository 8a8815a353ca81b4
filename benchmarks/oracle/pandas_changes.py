"""Configuration changes from the dump's text: lines by Python, line counts by ``git diff``."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

Pair = tuple[str, str]

# Starts of the lines that say nothing of the configuration, as the documentation lists them.
_NOISE = {
    "cisco_ios": (
        "! Last configuration change at ",
        "! NVRAM config last updated at ",
        "! No configuration change since last restart",
        "Current configuration : #",
        "Building configuration...",
        "ntp clock-period #",
    ),
    "cisco_nxos": ("!Time: ", "!Running configuration last done at: ", "!NVRAM config last updated at: "),
    "arista_eos": ("! Startup-config last modified at ", "! Command: show ", "! device: "),
    "juniper_junos": ("## Last commit: ", "## Last changed: "),
}
_EVERY = tuple(start for starts in _NOISE.values() for start in starts)


def changes(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every change of every device, with the columns of the report config_changes."""
    devices = tables["devices"][["id", "hostname", "device_type"]].rename(columns={"id": "device_id"})
    stored = tables["device_configurations"].merge(devices, on="device_id")
    stored = stored.sort_values(["device_id", "retrieved_at", "id"])
    stored["text"] = [
        normalised(raw, of) for raw, of in zip(stored.config_data, stored.device_type, strict=True)
    ]
    of_device = stored.groupby("device_id")
    before = of_device[["id", "retrieved_at", "text", "config_data"]].shift()
    made = pd.DataFrame(
        {
            "device_id": stored.device_id,
            "hostname": stored.hostname,
            "device_type": stored.device_type,
            "from_id": before.id,
            "to_id": stored.id,
            "previous_at": before.retrieved_at,
            "found_at": stored.retrieved_at,
            "reverted_to": stored.groupby(["device_id", "text"]).id.shift(),
        }
    )
    changed = before.id.notna() & (before.text != stored.text)
    made, stored, before = made[changed], stored[changed], before[changed]
    for prefix, column in {"": "text", "raw_": "config_data"}.items():
        counts = count_lines(list(zip(before[column], stored[column], strict=True)))
        made[f"{prefix}lines_added"] = [added for added, _ in counts]
        made[f"{prefix}lines_removed"] = [removed for _, removed in counts]
    return made


def normalised(raw: str, platform: str) -> str:
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    kept = [line for line in lines if not _is_noise(line, _NOISE.get(platform, _EVERY))]
    return "".join(line.rstrip(" \t") + "\n" for line in kept)


def count_lines(pairs: list[Pair]) -> list[tuple[int, int]]:
    """Lines added and removed in each pair, as ``git diff --numstat`` counts; without git, by the LCS."""
    return _by_git(pairs) if shutil.which("git") else [_by_lcs(*pair) for pair in pairs]


def _is_noise(line: str, starts: tuple[str, ...]) -> bool:
    """``#`` stands for a number."""
    return any(
        line.startswith(start) if start[-1] != "#" else _number_follows(line, start[:-1]) for start in starts
    )


def _number_follows(line: str, start: str) -> bool:
    rest = line.removeprefix(start)
    number = rest.split(" ")[0]
    return (
        line.startswith(start)
        and number[:1].isdigit()
        and (start[0] == "n" or rest[len(number) :][:6] == " bytes")
    )


def _by_git(pairs: list[Pair]) -> list[tuple[int, int]]:
    with tempfile.TemporaryDirectory() as folder:
        for side in (0, 1):
            (Path(folder) / str(side)).mkdir()
            for number, pair in enumerate(pairs):
                (Path(folder) / str(side) / f"{number:06}").write_bytes(pair[side].encode())
        # One process for all: files of the same name are a pair. It exits 1 where anything differs.
        told = subprocess.run(
            ["git", "diff", "--no-index", "--numstat", "--text", "--no-renames", "--no-ext-diff", "0", "1"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    counts = {}
    for line in told.stdout.splitlines():
        added, removed, name = line.split("\t")
        counts[int(name.rsplit("/", 1)[-1].rstrip("}"))] = (int(added), int(removed))
    return [counts.get(number, (0, 0)) for number in range(len(pairs))]


def _by_lcs(before: str, after: str) -> tuple[int, int]:
    """By the longest common subsequence of lines; a last line without its end differs from one with it."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    longest = [0] * (len(new) + 1)
    for line in old:
        row = [0]
        for column, other in enumerate(new):
            row.append(longest[column] + 1 if line == other else max(longest[column + 1], row[column]))
        longest = row
    return len(new) - longest[-1], len(old) - longest[-1]
