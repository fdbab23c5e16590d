"""Everything that a demonstration needs: the example shop, a sandbox beside it, and a user who says yes at Amazon's page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from lading.errors import GaveUp, SettingsError

#: How much faster than the wall's the sandbox's clock runs in a demonstration: a job of minutes takes a second.
SPEED: Final = 120

_EXAMPLE: Final = Path("examples") / "shop"
_FILES: Final = ("lading.yaml", "customers.csv", "purchases.py")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox, and the environment that leads Lading to it."""

    url: str
    environ: dict[str, str]


def folder(wanted: Path | None) -> Path:
    """The folder of the example: `wanted`, the checkout's, or a fresh copy in `./lading-demo`."""
    if wanted is None and (_EXAMPLE / "lading.yaml").exists():
        return _EXAMPLE
    target = wanted or Path("lading-demo")
    target.mkdir(parents=True, exist_ok=True)
    with as_file(files("lading") / "_examples" / "shop") as packed:
        source = packed if packed.is_dir() else Path(__file__).parents[4] / _EXAMPLE
        for name in _FILES:
            if not (target / name).exists():
                shutil.copyfile(source / name, target / name)
    return target


@contextmanager
def sandbox(data: Path) -> Iterator[Sandbox]:
    """`amc-sandbox serve` as a process of its own, its state in `data`, its clock running fast; ended at the end."""
    first_time = not data.exists()
    process = subprocess.Popen(
        [sys.executable, "-m", "amc_sandbox", "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        url, grant = _greeting(process)
        _door(url, "POST", "clock", {"speed": SPEED})
        if first_time:
            _door(url, "PUT", "policy", {"terms_accepted": False})
        yield Sandbox(url, _environ(url, grant))
    finally:
        process.terminate()
        process.wait()


def _greeting(process: subprocess.Popen[str]) -> tuple[str, dict[str, str]]:
    """The sandbox's address and a grant, out of its first line."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise GaveUp("the sandbox did not start; run `amc-sandbox serve` to see why", where="amc-sandbox")
    greeting = json.loads(line)
    return greeting["url"], greeting["grant"]


def _environ(url: str, grant: dict[str, str]) -> dict[str, str]:
    return {
        "LADING_AMAZON_URL": url,
        "LADING_CLOCK": url,
        "AMAZON_CLIENT_ID": grant["client_id"],
        "AMAZON_CLIENT_SECRET": grant["client_secret"],
    }


def _door(url: str, method: str, room: str, body: dict[str, object]) -> None:
    import httpx2  # noqa: PLC0415  (loaded only by a demonstration)

    answer = httpx2.request(method, f"{url}/_sandbox/{room}", json=body, trust_env=False)
    if answer.is_error:
        raise SettingsError(f"answered {answer.status_code} to {method} {room}", where="amc-sandbox")


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what it carries."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")


def say_yes(url: str) -> None:
    """Be the user at Amazon's consent page: read it, press Allow, follow the redirect back."""
    import httpx2  # noqa: PLC0415

    with httpx2.Client(trust_env=False, verify=url.startswith("https:"), follow_redirects=True) as browser:
        form = _Form()
        form.feed(browser.get(url).raise_for_status().text)
        browser.post(urljoin(url, form.action), data={**form.fields, "decision": "allow"}).raise_for_status()
