"""Parameters are checked by name, by type, and by what the reports say of them, before anything runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from netraven_analytics.execution import Notebook, checked, find, notebooks
from netraven_db.errors import ParameterError

TYPED = Notebook("typed", Path("typed.ipynb"), "", {"top": 5, "full": False, "share": 0.5, "of": ["a"]})


@pytest.fixture(scope="module")
def review() -> Notebook:
    (found,) = find(["fleet-review"])
    return found


def test_they_are_those_of_the_tagged_cell() -> None:
    """With their defaults; a notebook without such a cell has none."""
    found = {notebook.name: notebook.parameters for notebook in notebooks()}
    assert found["10_fleet_review"] == {"since": "30d", "by": "device_type", "tz": "UTC", "as_of": None}
    assert found["01_database"] == {}


def test_the_defaults_are_accepted() -> None:
    """By the reports of every notebook that has some."""
    for notebook in notebooks():
        given = {name: value for name, value in notebook.parameters.items() if value is not None}
        assert checked(notebook, given) == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"sinse": "7d"},
            r"has no parameter 'sinse' \(did you mean 'since'\?\): it has since, by, tz, as_of\.",
        ),
        ({"since": "5m"}, "10_fleet_review: since='5m' is ambiguous"),
        ({"since": "tomorow"}, "since='tomorow' is not understood"),
        ({"tz": "Berlin"}, r"There is no time zone 'Berlin' \(did you mean 'Europe/Berlin'\?\)"),
        ({"by": "divice"}, "by='divice'"),
        ({"since": "7d", "by": "tag"}, "by='tag' is not a dimension here"),
        ({"as_of": "soon"}, "as_of='soon' is not understood"),
    ],
)
def test_what_a_report_would_refuse_is_refused(given: dict[str, str], message: str, review: Notebook) -> None:
    """In the report's own words."""
    with pytest.raises(ParameterError, match=message):
        checked(review, given)


def test_what_the_reports_accept_is_accepted(review: Notebook) -> None:
    """As it was given."""
    given = {"since": "2w", "by": "tag:location", "tz": "America/Sao_Paulo", "as_of": "2026-10-01"}
    assert checked(review, given) == given


def test_a_parameter_within_an_option_is_checked() -> None:
    """``by=f"tag:{tag_type}"`` is looked at as it would be asked."""
    (investigation,) = find(["failure_investigation"])
    assert checked(investigation, {"tag_type": "role"}) == {"tag_type": "role"}
    with pytest.raises(ParameterError, match="by='tag:'"):
        checked(investigation, {"tag_type": ""})


def test_a_value_has_the_type_of_the_default() -> None:
    """Whole numbers, truth, numbers and lists, as Python writes them."""
    given = {"top": "7", "full": "True", "share": "1", "of": "['b', 'c']"}
    assert checked(TYPED, given) == {"top": 7, "full": True, "share": 1.0, "of": ["b", "c"]}


@pytest.mark.parametrize(
    ("name", "text"), [("top", "seven"), ("top", "True"), ("top", "1.5"), ("full", "1"), ("of", "b")]
)
def test_a_value_of_another_type_is_told(name: str, text: str) -> None:
    """With the type, and the default as an example."""
    with pytest.raises(ParameterError, match=rf"{name}='{text}' is of another type: {name} is a .*, such as"):
        checked(TYPED, {name: text})


def test_nothing_of_a_parameter_is_run() -> None:
    """A text stays a text, and a value can only be a literal."""
    assert checked(replace(TYPED, parameters={"name": ""}), {"name": "__import__('os')"}) == {
        "name": "__import__('os')"
    }
    with pytest.raises(ParameterError, match="another type"):
        checked(TYPED, {"top": "__import__('os').getpid()"})
