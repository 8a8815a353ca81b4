"""Specs of tokens, salts and what a redactor is told."""

import re

import pandas as pd
import pytest

from netraven_analytics.configs.redact import Redactor, is_redacted, redact
from netraven_db.errors import ParameterError

LINE = "snmp-server community hush RO"
SALT = "0123456789abcdef"


def test_a_secret_has_one_token_in_one_redactor() -> None:
    """On whatever platform and in whatever quotes, so that a change of it shows, and nothing else does."""
    redactor = Redactor()
    shown = {
        re.findall("<redacted:[0-9a-f]{12}>", redactor.text(text, device_type))[0]
        for text, device_type in (
            (LINE, "cisco_ios"),
            ('snmp-server community "hush"', "hp_procurve"),
            ("set snmp community hush", "juniper_junos"),
        )
    }
    assert len(shown) == 1
    assert redactor.token("hush") in shown
    assert redactor.text(LINE.replace("hush", "hush2")) != redactor.text(LINE)


def test_tokens_of_two_reports_cannot_be_matched() -> None:
    """Unless both are given the same salt."""
    assert redact(LINE) != redact(LINE)
    assert Redactor(salt=SALT).text(LINE) == Redactor(salt=SALT).text(LINE)
    assert Redactor(salt=SALT).text(LINE) != Redactor(salt=SALT[::-1]).text(LINE)


def test_the_environment_may_name_the_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    """NETRAVEN_REDACTION_SALT; one that can be guessed is refused."""
    monkeypatch.setenv("NETRAVEN_REDACTION_SALT", SALT)
    assert redact(LINE) == Redactor(salt=SALT).text(LINE)
    monkeypatch.setenv("NETRAVEN_REDACTION_SALT", "short")
    with pytest.raises(ParameterError, match="at least 16"):
        Redactor()


def test_known_secrets_are_found_wherever_they_stand() -> None:
    """Also where no rule would look."""
    assert "s3cr3t" not in Redactor(known=["s3cr3t-value"]).text("xxs3cr3t-valueyy")


def test_redacted_lines_are_counted_and_told_apart() -> None:
    """A search can say how many lines it did not see in full."""
    redactor = Redactor("cisco_ios")
    made = redactor.text(f"hostname a\n{LINE}\nusername u password 7 0822455D0A16\nend\n")
    assert [is_redacted(line) for line in made.split("\n")] == [False, True, True, False, False]
    assert redactor.lines_redacted == 2


def test_a_text_that_looks_like_a_token_hides_nothing() -> None:
    """A device cannot hide a secret by writing something like a token around it."""
    assert "realsecret" not in redact("password <redacted:xyz>realsecret")
    assert "realsecret" not in redact("password <redacted realsecret>")


def test_a_key_keeps_its_lines_and_its_frame() -> None:
    """Line numbers stay right, also where the key is cut short or on one line."""
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    made = redact(f"a\n{begin}\nMIIEpAIBAAKCAQEA7bq98\nq1w2e3r4==\n{end}\nhostname b")
    assert re.sub("<redacted:.{12}>", "T", made) == f"a\n{begin}\nT\nT\n{end}\nhostname b"
    cut = redact(f"{begin}\nMIIEpAIBAAKCAQEA7bq98\nhostname b is here")
    assert re.sub("<redacted:.{12}>", "T", cut) == f"{begin}\nT\nhostname b is here"
    assert "MIIE" not in redact(f"x {begin}\\nMIIEpAIB\\n{end} y")


def test_what_others_have_masked_stays() -> None:
    """Stars, and what collectors write in place of secrets, are no secrets."""
    text = "ikev1 pre-shared-key *****\nsnmp-server community <configuration removed>\n"
    assert redact(text, "cisco_asa") == text


def test_a_table_is_redacted_cell_by_cell() -> None:
    """Whole cells in a column that is called a password, secrets in text, structures within."""
    table = pd.DataFrame({"password": ["xyz1", ""], "text": [LINE, "hostname x"], "n": [1, 2]})
    table["doc"] = [{"secret": "s1", "note": LINE}, [LINE]]
    made = Redactor().table(table)
    assert "xyz1" not in made["password"][0]
    assert made["password"][1] == ""
    assert "hush" not in str(made.to_dict())
    assert "s1" not in str(made["doc"][0])
    assert made["text"][1] == "hostname x"
    assert made["n"].tolist() == [1, 2]


def test_a_list_of_lines_is_one_text() -> None:
    """What makes an item a secret may stand in the item before; the items stay as many as they were."""
    lines = ["config system snmp community", '    edit 1\n        set name "hushed1"', "    next", "end"]
    (made,) = Redactor().table(pd.DataFrame({"doc": [lines]}, dtype="object"))["doc"]
    assert [re.sub("<redacted:.{12}>", "hushed1", item) for item in made] == lines
    assert "hushed1" not in str(made)
    mixed = Redactor().table(pd.DataFrame({"doc": [[LINE, 1]]}, dtype="object"))["doc"][0]
    assert ("hush" in mixed[0], mixed[1]) == (False, 1)


def test_a_line_that_no_device_has_is_redacted_from_there_on() -> None:
    """What could lead to a secret is looked at 50,000 times in a line; the rest of it is one secret."""
    text = "crypto " * 50_000 + "hostname a\nhostname b"
    longer = "crypto " * 50_001 + "hostname a\nhostname b"
    redactor = Redactor()
    assert redactor.text(text).endswith("hostname a\nhostname b")
    assert redactor.text(longer).endswith(">\nhostname b")
    assert redactor.text(redactor.text(longer)) == redactor.text(longer)
