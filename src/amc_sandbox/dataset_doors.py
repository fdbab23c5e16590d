"""What the control door shows of data sets: their rows, and how many there are of each partition."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from amc_sandbox import door
from amc_sandbox.nearest import Unlawful
from amc_sandbox.sandbox import Sandbox
from amc_sandbox.state.datasets import Dataset

if TYPE_CHECKING:  # loaded by the first upload
    import polars as pl

_MEDIA: Final = {"ndjson": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
_BLOCK: Final = 1 << 20


def rows(sandbox: Sandbox, request: Request) -> Response:
    """The rows in the order of their uploads, as NDJSON or as one Parquet file."""
    given = door.query(request, "format", "limit")
    limit, form = door.whole(given, "limit", 2**62), given.get("format") or _wanted(request)
    if form not in _MEDIA:
        raise Unlawful(f"format: {' or '.join(_MEDIA)}")
    dataset = _find(sandbox, request)
    if dataset is None:
        return _nobody(request)
    batches = _batches(sandbox, dataset, limit)
    stream = _parquet(batches) if form == "parquet" else map(_lines, batches)
    return StreamingResponse(stream, media_type=_MEDIA[form])


def partitions(sandbox: Sandbox, request: Request) -> Response:
    """Each partition by its start (a DIMENSION has one, `all`), and its rows."""
    door.query(request)
    dataset = _find(sandbox, request)
    if dataset is None:
        return _nobody(request)
    with sandbox.ingestion.view(dataset.instance_id, dataset.dataset_id) as view:
        counts = view.page.partitions()
    return JSONResponse({"partitions": [{"partition": name, "rows": rows} for name, rows in counts.items()]})


def _find(sandbox: Sandbox, request: Request) -> Dataset | None:
    return sandbox.datasets.get(request.path_params["instance_id"], request.path_params["dataset_id"])


def _nobody(request: Request) -> Response:
    place = "{instance_id} has no data set {dataset_id}".format(**request.path_params)
    return door.refused(Unlawful(place), 404)


def _wanted(request: Request) -> str:
    accepted = request.headers.get("accept", "")
    return "parquet" if _MEDIA["parquet"] in accepted else "ndjson"


def _batches(sandbox: Sandbox, dataset: Dataset, limit: int) -> Iterator[pl.DataFrame]:
    """At least one batch, be it empty, so that the columns are known."""
    with sandbox.ingestion.view(dataset.instance_id, dataset.dataset_id) as view:
        yield view.empty
        for batch in view.rows:
            yield batch.head(limit)
            limit -= min(limit, batch.height)
            if not limit:
                return


def _lines(batch: pl.DataFrame) -> bytes:
    """Moments as Amazon writes them, decimals as numbers."""
    import polars as pl  # noqa: PLC0415
    from polars import selectors  # noqa: PLC0415

    spelled = batch.with_columns(
        selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), selectors.decimal().cast(pl.Float64)
    )
    return spelled.write_ndjson().encode() if batch.height else b""


def _parquet(batches: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    from pyarrow import parquet  # noqa: PLC0415

    with tempfile.TemporaryFile() as file:
        first = next(batches).to_arrow()
        with parquet.ParquetWriter(file, first.schema) as writer:
            for batch in batches:
                writer.write_table(batch.to_arrow())
        file.seek(0)
        yield from iter(lambda: file.read(_BLOCK), b"")


ROUTES: Final = (
    Route(
        "/_sandbox/instances/{instance_id}/datasets/{dataset_id}/rows", door.settled(rows), methods=["GET"]
    ),
    Route(
        "/_sandbox/instances/{instance_id}/datasets/{dataset_id}/partitions",
        door.settled(partitions),
        methods=["GET"],
    ),
)
