"""After good runs and bad ones no personal data in clear and no secret lies in the home, a log, a backup or an output."""

import json
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing

import polars as pl
import pytest

#: Hashes, keys of sets, and numbers longer than a telephone's: a telephone's digits may stand in them by chance.
NO_TELEPHONE = re.compile(r"\b[0-9a-f]{16,}\b|\d{16,}")
TOKENS = ("atza|", "atzr|", "amzn1.oa2-cs.")
PLACEHOLDERS = {"n/a", "-", "null", "unknown", "none"}


def clear_words(rows):
    """What no text may hold: e-mails, telephones, whole names, addresses; and names that fill a cell alone."""
    words = set()
    for row in rows:
        words |= set(
            re.findall(r"[^\s<>:,;\"]+@[^\s<>:,;\"]+", f"{row['email']} {row['work_email']}".lower())
        )
        first, last = row["first_name"].strip().lower(), row["last_name"].strip().lower()
        if first and last:
            words |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
        words |= {f'"{name}"' for name in {first, last} - PLACEHOLDERS if len(name) > 3}
        words.add(row["address"].partition("\n")[0].strip().lower())
        words.add(row["mobile"].strip().lower())
    return sorted(
        word for word in words - PLACEHOLDERS if len(word) >= 6 and not re.fullmatch("[0-9a-f]{64}", word)
    )


def telephones(rows):
    """Their digits, without the zeros and signs that are written before them."""
    found = {
        re.sub(r"\D", "", row["mobile"]).lstrip("0")
        for row in rows
        if not re.search("[a-f]{2}", row["mobile"])
    }
    return sorted(digits for digits in found if len(digits) >= 9)


class Watch:
    """Looks for the clear words of a file in texts, all at once."""

    def __init__(self, rows, secrets):
        self.words = [*clear_words(rows), *TOKENS, *(secret.lower() for secret in secrets)]
        self.telephones = telephones(rows)

    def leaks(self, name, text):
        """What of it stands in a text."""
        lower = text.lower()
        bare = NO_TELEPHONE.sub("#", lower)
        return [
            (name, word)
            for where, words in ((lower, self.words), (bare, self.telephones), (re.sub(r"[ ().-]", "", bare), self.telephones))
            for word in pl.select(pl.lit(where).str.extract_many(words)).to_series().explode().drop_nulls()
        ]  # fmt: skip


def texts(folder, scratch):
    """Every file as it is, and decoded where it is a database, a table of columns or an archive."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        yield name, path.read_bytes().decode("utf-8", "ignore")
        if path.name.endswith(".parquet"):
            yield name, pl.read_parquet(path).write_ndjson()
        elif path.name.endswith(".db"):
            yield name, _tables(path)
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as tar:
                tar.extractall(scratch / path.name, filter="data")
            yield from texts(scratch / path.name, scratch)


def _tables(path):
    lines = []
    with closing(sqlite3.connect(path)) as database:
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            rows = database.execute(f'select * from "{table}"').fetchall()
            lines += [json.dumps(row, ensure_ascii=False, default=repr).replace("\\", "") for row in rows]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def watch(carried):
    return Watch(carried.rows, [carried.desk.environ["AMAZON_CLIENT_SECRET"]])


def found(watch, folder, scratch):
    return [leak for name, text in texts(folder, scratch) for leak in watch.leaks(name, text)]


def test_the_home_and_its_logs_hold_none(carried, watch, tmp_path):
    assert len([*carried.desk.home.rglob("*.parquet")]) > 15
    assert found(watch, carried.desk.home, tmp_path) == []


def test_the_backup_holds_none_and_no_key(carried, watch, tmp_path):
    (tmp_path / "copy").mkdir()
    shutil.copy(carried.desk.folder / "backup.tar.gz", tmp_path / "copy")
    key = (carried.desk.home / "key").read_text("utf-8").strip()
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert found(watch, tmp_path / "copy", tmp_path) == []
    assert (tmp_path / "backup.tar.gz" / "ledger.db").exists()
    assert "key" not in names
    assert all(key not in text for _, text in texts(tmp_path / "backup.tar.gz", tmp_path))


def test_nothing_that_was_printed_holds_any(carried, watch):
    printed = {name: done.out + done.err for name, done in carried.said.items()}
    assert any("broken.csv:302" in text for text in printed.values())
    assert [leak for name, text in printed.items() for leak in watch.leaks(name, text)] == []


def test_only_the_owner_may_look_into_the_home(carried):
    assert carried.desk.home.stat().st_mode & 0o077 == 0
    assert (carried.desk.home / "key").stat().st_mode & 0o077 == 0


def _in_a_database(folder, value):
    with closing(sqlite3.connect(folder / "ledger.db")) as database:
        database.execute("create table planted (cell text)")
        database.execute("insert into planted values (?)", (value,))
        database.commit()


PLANTS = {
    "a log": lambda folder, value: (folder / "run.log").write_text(f"read {value} well", "utf-8"),
    "a database": _in_a_database,
    "a column": lambda folder, value: pl.DataFrame({"a": ["x"] * 9, "b": [*"abcdefgh", value]}).write_parquet(folder / "a.parquet"),
    "a nested column": lambda folder, value: pl.DataFrame({"sets": [[{"email": value}]]}).write_parquet(folder / "a.parquet"),
}  # fmt: skip


def examples(rows):
    """One of each kind, as somebody might leak it."""
    row = next(
        row for row in rows if row["mobile"].startswith("+") and row["address"] and row["last_name"].isascii()
    )
    return {
        "an e-mail": next(row["email"] for row in rows if "@" in row["email"]).strip(),
        "a telephone": re.sub(r"\D", "", row["mobile"]),
        "a telephone as it was written": row["mobile"],
        "a name": f"{row['first_name']} {row['last_name']}",
        "an address": row["address"].upper(),
        "an access token": "Atza|IwEBIExample",
    }


@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_is_found(carried, watch, tmp_path, plant):
    for number, (kind, value) in enumerate(examples(carried.rows).items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        PLANTS[plant](folder, value)
        assert found(watch, folder, tmp_path / "scratch"), f"{kind} in {plant}"
