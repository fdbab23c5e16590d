"""What is written down of a bug: names of types and places in the code, and nothing that a person could be known by."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from lading.cli.face import Face
from lading.clock import RealClock


def write_down(error: BaseException, face: Face) -> Path | None:
    """Writes home/logs/bug-<moment>.txt and returns where; None where nothing can be written."""
    now = RealClock().now()
    text = "\n".join([_head(face, now.isoformat()), *_chain(error), ""])
    for folder in (_logs(face), Path(tempfile.gettempdir())):
        try:
            return _write(folder, f"bug-{now:%Y%m%dT%H%M%S.%fZ}.txt", text)
        except OSError:
            continue
    return None


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)  # home itself must be there: a bug makes no new home
    path = folder / name
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _logs(face: Face) -> Path:
    """home/logs, found even when it was the settings that broke."""
    from lading.settings import load, locate

    path = locate(face.config, face.environ)
    try:
        home = load(path, face.environ).home_folder
    except Exception:  # noqa: BLE001  (whatever it is, the first error is the one to tell of)
        home = Path(face.environ.get("LADING_HOME") or path.parent / ".lading")
    return home / "logs"


def _head(face: Face, moment: str) -> str:
    return (
        f"lading {version('lading')} · Python {platform.python_version()} · {platform.system()} "
        f"{platform.release()} · {moment} · command: {face.command or 'unknown'}"
    )


def _chain(error: BaseException) -> Iterator[str]:
    """Types and positions only: messages, arguments and locals may hold data."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield f"\n{type(current).__module__}.{type(current).__qualname__}"
        for frame in traceback.extract_tb(current.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        current = current.__cause__ or current.__context__
