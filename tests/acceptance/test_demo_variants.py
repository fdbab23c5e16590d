"""`lading demo --variants` tells what a kind adds: customers without e-mail and telephone, whose street is written short and who consent."""

import json
import os
import subprocess
import sys
from pathlib import Path

SHOP = Path(__file__).parents[2] / "examples/shop"
LADING = Path(sys.executable).with_name("lading")
SHORT_STREETS = ("C-000682", "C-002304", "C-004729", "C-008159")


def test_each_kind_says_what_it_added_in_matches(tmp_path):
    head, *rows = (SHOP / "customers.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "customers.csv").write_text(head + "".join(r for r in rows if r.startswith(SHORT_STREETS)), "utf-8")  # fmt: skip
    (tmp_path / "lading.yaml").write_bytes((SHOP / "lading.yaml").read_bytes())

    done = subprocess.run(
        [LADING, "demo", "--folder", tmp_path, "--variants", "--json"],
        cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, check=True, timeout=240,
    )  # fmt: skip

    said = {row["kind"]: row for row in json.loads(done.stdout)["data"]["variants"]}
    assert said["none"]["received"] == len(SHORT_STREETS)
    assert said["address_words"]["added"] > 0
    assert said["all"]["added"] == said["address_words"]["added"]
    assert said["phone_trunk"]["added"] == 0
    assert list(tmp_path.glob(".*")) == []
