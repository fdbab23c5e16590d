"""The program of the reference page runs, from sign-in to job."""

import re
import webbrowser
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/reference/amazon-client.md"


def test_the_examples_of_the_page_are_a_program_that_works(amc_sandbox, press, monkeypatch, capsys):
    grant = amc_sandbox.grant
    monkeypatch.setenv("LADING_AMAZON_URL", amc_sandbox.url)
    monkeypatch.setenv("AMAZON_CLIENT_ID", grant["client_id"])
    monkeypatch.setenv("AMAZON_CLIENT_SECRET", grant["client_secret"])
    monkeypatch.setattr(webbrowser, "open", lambda url: press(url, "allow"))
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))

    names: dict[str, object] = {}
    exec(compile(program, str(PAGE), "exec"), names)

    assert amc_sandbox.audience(names["audience"].audience_id)["audienceId"]
    assert names["job"].state == "PENDING"
    assert "PENDING" in capsys.readouterr().out
