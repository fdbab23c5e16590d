"""`lading prepare` and `lading explain`: hashing without sending, and how a value comes to its hash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face
from lading.cli.identity import takes_identity
from lading.cli.reasons import draw_reasons

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.prepare.explain import Explanation, Told
    from lading.service.prepare import PreparedFile


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(takes_identity(prepare))
    app.command()(takes_identity(explain))


def prepare(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A CSV, TSV, JSON Lines or Parquet file.")],
    out: Annotated[Path, typer.Option(help="The Parquet file to write.", metavar="OUT.parquet")],
    country: Annotated[
        str | None, typer.Option(help="The country of rows that name none.", metavar="CC", show_default=False)
    ] = None,
    profile: Annotated[str, typer.Option(help="The rules of normalizing.")] = "amc",
    encoding: Annotated[
        str | None, typer.Option(help="The file's encoding. Found out if left out.", show_default=False)
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(help="The character between cells. Found out if left out.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write a quality report: .html, .json or .txt.", metavar="PATH", show_default=False
        ),
    ] = None,
    on_invalid: Annotated[
        str,
        typer.Option(
            help="A value that does not fit: null (left out), error (stop), keep (hash as it stands)."
        ),
    ] = "null",
    consent: Annotated[
        list[str] | None,
        typer.Option(
            help="A column of consent, such as amzn_user_data=ads_consent. May be repeated.",
            metavar="SIGNAL=COLUMN",
            show_default=False,
        ),
    ] = None,
    with_normalized: Annotated[
        bool,
        typer.Option(
            "--with-normalized",
            help="Add <field>_normalized: personal data in clear, for debugging data of your own.",
        ),
    ] = False,
    identity: tuple[str, ...] = (),
) -> None:
    """Normalize and hash a file without sending anything.

    Columns are found by their usual names. Rejected rows, masked, go with their reasons into a file beside it.
    """
    from lading.service.prepare import PrepareOrder, prepare_file

    face: Face = context.obj
    order = PrepareOrder(
        source=source,
        out=out,
        country=country,
        profile=profile,
        encoding=encoding,
        delimiter=delimiter,
        report=report,
        identity=(f"on_invalid={on_invalid}", *identity),
        consent=tuple(consent or ()),
        with_normalized=with_normalized,
    )

    prepared = prepare_file(order, face.progress())
    face.show(prepared, lambda sheet: _draw_file(sheet, prepared, clear=with_normalized))


def _draw_file(sheet: Sheet, prepared: PreparedFile, *, clear: bool) -> None:
    sheet.title(f"Hashed into {prepared.out}")
    if clear:
        sheet.line(
            "It holds personal data in clear (<field>_normalized): send it to nobody, and delete it after use.",
            "yellow",
        )
    sheet.counts((
        ("rows read", prepared.read, ""),
        ("identifier sets written", prepared.written, "a row with two e-mails makes two"),
        ("rows rejected", prepared.rejected, f"see {prepared.rejections_file}" if prepared.rejected else ""),
    ))  # fmt: skip
    draw_reasons(sheet, "Rejected", prepared.rejections)
    draw_reasons(sheet, "Changed or emptied on the way", prepared.findings)


def explain(
    context: typer.Context,
    field: Annotated[
        str, typer.Argument(help="email, phone, first_name, last_name, address, city, state or postal.")
    ],
    value: Annotated[str, typer.Argument(help="The value in clear. It is printed here and kept nowhere.")],
    country: Annotated[
        str | None, typer.Option(help="The country it belongs to.", metavar="CC", show_default=False)
    ] = None,
    profile: Annotated[str, typer.Option(help="The rules of normalizing.")] = "amc",
    identity: tuple[str, ...] = (),
) -> None:
    """Show how a value is normalized, and its hash."""
    from lading.prepare import explain as rules
    from lading.service.identity import identity_of, placeholders_of, rules_of

    face: Face = context.obj
    chosen = identity_of((f"profile={profile}", *identity))
    found = rules.explain(
        field, value, country, rules_of(chosen), ignored=placeholders_of(chosen), variants=chosen.variants
    )
    face.show(found, lambda sheet: _draw_explanation(sheet, found))


def _draw_explanation(sheet: Sheet, found: Explanation) -> None:
    sheet.title(found.field, f"in {found.country}" if found.country else "no country given")
    steps = [(step, ("nothing is left", "dim") if after is None else after) for step, after in found.steps]
    sent = (found.sha256, "green") if found.sha256 else ("nothing is sent", "yellow")
    sheet.facts([*steps, ("SHA-256", sent)])
    if found.finding:
        sheet.line()
        sheet.line(f"{found.finding}: {found.message}", "yellow")
    if found.variants:
        sheet.line()
        sheet.line("Sent beside it", "bold")
        sheet.facts((one.kind, one.normalized) for one in found.variants)
    sheet.line()
    sheet.line("Other profiles", "bold")
    sheet.facts((one.profile, _beside(one, found)) for one in found.others)


def _beside(one: Told, found: Explanation) -> str | tuple[str, str]:
    note = f" ({one.finding})" if one.finding and one.finding.startswith("country") else ""
    if not one.sha256:
        return f"nothing is sent{note}", "dim"
    return ("the same", "dim") if one.sha256 == found.sha256 else f"{one.normalized}{note}"
