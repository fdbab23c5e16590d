"""Folders of sandboxes: there until the end, and swept away after a death."""

import shutil
import tempfile

from amc_sandbox.temporary import TemporaryFolder


def test_the_next_one_sweeps_away_what_the_dead_left(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living, dead = TemporaryFolder(), TemporaryFolder()
    (dead.path / "rows").mkdir()
    dead._held.close()
    stranger = tmp_path / "amc-sandbox-notes"
    stranger.mkdir()
    new = TemporaryFolder()

    assert {one.name for one in tmp_path.iterdir()} == {living.path.name, new.path.name, stranger.name}
    for one in (living, new):
        one.remove()
        one.remove()
    shutil.rmtree(stranger)
    assert list(tmp_path.iterdir()) == []
