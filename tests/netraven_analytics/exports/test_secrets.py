"""What leaves in a file is redacted."""

import re

import pandas as pd
import pytest

from netraven_analytics.exports.secrets import Confidence, Redaction, holds_configuration
from netraven_db.errors import QueryError
from tests.netraven_analytics.exports.tables import TABLE

LINE = "snmp-server community hush RO"


def test_a_secret_has_one_token_in_all_parts() -> None:
    """In text and in objects, and wherever a known one stands."""
    redaction = Redaction(["s3cr3t"])
    parts = [
        redaction.table(pd.DataFrame({"t": pd.Series([LINE, LINE, None], dtype="str")})),
        redaction.table(pd.DataFrame({"t": pd.Series(["x s3cr3t y", LINE], dtype="str")})),
    ]
    shown = pd.concat(parts)["t"].tolist()
    assert "hush" not in str(shown)
    assert "s3cr3t" not in str(shown)
    assert shown[0] == shown[1] == shown[4]
    objects = redaction.table(pd.DataFrame({"o": pd.Series([{"password": "xyz1"}, 1], dtype="object")}))
    assert "xyz1" not in str(objects["o"].tolist())


def test_everything_else_stays() -> None:
    """Values, dtypes, index, order, attrs, and two columns of one name."""
    table = TABLE.copy()
    table.attrs["netraven"] = {"report": "x"}
    made = Redaction().table(table)
    pd.testing.assert_frame_equal(made, table)
    assert made.attrs == table.attrs
    twice = pd.concat([table, table], axis="columns").iloc[::2]
    pd.testing.assert_frame_equal(Redaction().table(twice), twice)


@pytest.mark.parametrize(
    ("column", "value", "holds"),
    [
        ("config_data", "", True),
        ("odd_lines", "x", True),
        ("x", "a\n" * 9, True),
        ("x", {"lines": "a\n" * 9}, True),
        ("x", "a\n" * 8, False),
        ("x", ["a", "b"], False),
        ("hostname", 1, False),
    ],
)
def test_configuration_text_is_known_by_its_column_or_its_lines(
    column: str, value: object, holds: bool
) -> None:
    """Whatever a query calls it; part by part, once found is found."""
    table = pd.DataFrame({column: [value]})
    assert holds_configuration(table) is holds
    private = Confidence(False)
    for part in (TABLE, table, TABLE):
        private.see(part)
    assert private() is holds
    assert Confidence(True)()


def test_what_a_server_refuses_is_redacted() -> None:
    """It quotes what it cannot take for a name or a number; the error stays what it was."""
    error = QueryError('relation "s3cr3t" does not exist')
    error.sqlstate = "42P01"
    with (
        pytest.raises(QueryError, match=r'"<redacted:.{12}>" does not') as told,
        Redaction(["s3cr3t"]).errors(),
    ):
        raise error
    assert told.value.sqlstate == "42P01"


def test_a_known_secret_is_found_as_a_signature_writes_it() -> None:
    """Its digits are masked there; a number's mask is everybody's, and stays."""
    redaction = Redaction(["Zq7hunterPw", "12345678", "web-1a"])
    texts = ["login with Zq<n>hunterPw failed <n> times on <name>"]
    shown = redaction.table(pd.DataFrame({"signature": pd.Series(texts, dtype="str")}))["signature"][0]
    assert re.fullmatch(r"login with <redacted:\w{12}> failed <n> times on <name>", shown)
