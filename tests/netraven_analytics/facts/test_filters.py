"""Which devices a question is about: names, globs, types and tags."""

import asyncio
import fnmatch
import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, column, select

from netraven_analytics import frame, job_durations
from netraven_analytics.facts.filters import DeviceFilter, glob_to_regex
from netraven_db.db.models import Tag
from netraven_db.errors import ParameterError
from tests.netraven_analytics.facts.listed import listed
from tests.netraven_analytics.spec import NOW, device, job, rows, store

# What means something to a glob, to Python's expressions, to PostgreSQL's, or to neither.
SIGNS = "ab-Z0_.*?[]!^\\:=|&~(){}+$# ,é\n"
TEXT, REGEX = column("t", String()), column("r", String())

globs = st.text(SIGNS, max_size=8)
names = st.text(SIGNS, max_size=6)


@settings(max_examples=500, deadline=None, database=None)
@given(globs, names)
@example("[]", "[]")
@example("[!]", "[!]")
@example("[^a]", "^")
@example("[b-a]", "a")
@example("[!b-a]", "a")
@example("[[:alpha:]]", ":]")
@example("[]]", "]")
@example("[!]a]", "b")
@example("[\\]", "\\")
@example("[a-]", "-")
@example("a[b-", "a[b-")
@example("a", "a\n")
def test_a_glob_is_pythons(pattern: str, name: str) -> None:
    """As a regular expression it matches what fnmatch.fnmatchcase matches."""
    found = re.compile(glob_to_regex(pattern), re.DOTALL).fullmatch(name) is not None
    assert found == fnmatch.fnmatchcase(name, pattern)


async def test_a_glob_is_the_same_to_postgresql(shared_database: str) -> None:
    """The server matches with that expression what Python's fnmatch matches, and refuses none of them."""
    draw = random.Random(1)
    special = [
        "[]",
        "[!]",
        "[^a]",
        "[b-a]",
        "[!b-a]",
        "[[:alpha:]]",
        "[[.a.]]",
        "[[=a=]]",
        "[\\]",
        "***:a",
        "(?i)A",
    ]
    patterns = special + ["".join(draw.choices(SIGNS, k=draw.randint(0, 8))) for _ in range(400)]
    patterns += [f"*[{''.join(draw.choices(SIGNS, k=draw.randint(1, 4)))}]*" for _ in range(400)]
    tried = ["", "a", "b", "^", "[", "]", "\\", "-", "A", *special]
    tried += ["".join(draw.choices(SIGNS, k=draw.randint(1, 5))) for _ in range(40)]
    pairs = [(pattern, text) for pattern in patterns for text in tried]
    rows_of = listed(
        (REGEX, [glob_to_regex(pattern) for pattern, _ in pairs]), (TEXT, [text for _, text in pairs])
    )
    table = await frame(select(TEXT.regexp_match(REGEX).label("matches")).select_from(rows_of))
    expected = [fnmatch.fnmatchcase(text, pattern) for pattern, text in pairs]
    wrong = [pair for pair, one, other in zip(pairs, table["matches"], expected, strict=True) if one != other]
    assert wrong == []
    assert 0.01 < sum(expected) / len(expected) < 0.99


@pytest.fixture(scope="module")
def fleet(one_database: str) -> str:
    """Four devices, each with one run, and a run of a device that is gone."""
    tags = [Tag(type=kind, name=name) for kind, name in (("location", "berlin"), ("role", "core"))]
    devices = [
        device("ber-core-1", "location:berlin", "role:core", known=tags),
        device("ber-edge-1", "location:berlin", known=tags, device_type="arista_eos"),
        device("sao-core-1", "role:core", known=tags, device_type=None),
        device("BER_x", "location:a:b"),
    ]
    jobs = [job(owner, "completed", "11-20 06:00", "11-20 06:01") for owner in [*devices, None]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", one_database)
        asyncio.run(store(*jobs))
    return one_database


@pytest.mark.parametrize(
    ("filters", "hosts"),
    [
        ({"device": "ber-core-1"}, ["ber-core-1"]),
        ({"device": "ber-*"}, ["ber-core-1", "ber-edge-1"]),
        ({"device": "*-core-[0-9]"}, ["ber-core-1", "sao-core-1"]),
        ({"device": "BER?x"}, ["BER_x"]),
        ({"device": "core"}, []),
        ({"device": ["BER_x", "sao-*"]}, ["BER_x", "sao-core-1"]),
        ({"device_type": "cisco_ios"}, ["BER_x", "ber-core-1"]),
        ({"device_type": ["arista_*", "juniper"]}, ["ber-edge-1"]),
        ({"tag": "location:berlin"}, ["ber-core-1", "ber-edge-1"]),
        ({"tag": "location:a:b"}, ["BER_x"]),
        ({"tag": ["location:berlin", "role:core"]}, ["ber-core-1", "ber-edge-1", "sao-core-1"]),
        ({"tag": "role:berlin"}, []),
        ({"tag": "location:berlin", "device": "*core*", "device_type": "cisco_ios"}, ["ber-core-1"]),
        (
            {"device": None, "tag": None},
            ["(deleted device)", "BER_x", "ber-core-1", "ber-edge-1", "sao-core-1"],
        ),
    ],
)
async def test_values_are_alternatives_and_kinds_add_up(
    fleet: str, shared_database: str, filters: dict[str, str | list[str] | None], hosts: list[str]
) -> None:
    """A device passes with one value of each kind that is given; a device that is gone passes no filter."""
    table = await job_durations(by="device", as_of=NOW, **filters)  # type: ignore[arg-type]
    assert sorted(host for (host,) in rows(table, "hostname")) == sorted(hosts)


@pytest.mark.parametrize("tag", ["berlin", ":berlin", "location:", ""])
def test_a_tag_is_a_type_and_a_name(tag: str) -> None:
    """Anything else is an error that shows the form."""
    with pytest.raises(ParameterError, match="tag="):
        DeviceFilter.of(tag=tag)


@pytest.mark.parametrize("value", ["", [""], [1], 7])
def test_a_filter_takes_names(value: object) -> None:
    """An empty name, or something that is no text, is an error."""
    with pytest.raises(ParameterError, match="device="):
        DeviceFilter.of(device=value)  # type: ignore[arg-type]


def test_filters_in_use_are_told_as_plain_lists() -> None:
    """What is not in use is not told, and no filter at all is false."""
    filters = DeviceFilter.of(device="a", tag=("role:core", "role:edge"))
    assert filters.given() == {"device": ["a"], "tag": ["role:core", "role:edge"]}
    assert filters
    assert not DeviceFilter.of()
