"""`lading forget` and `lading verify-receipt`: erasing people, and proving it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face
from lading.cli.plan import MaxWait, minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.erasure.asking import People
    from lading.service.erasure.forgetting import Foreseen, Forgotten
    from lading.service.erasure.receipts import Checked


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(forget)
    app.command("verify-receipt")(verify_receipt)


def forget(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    external_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...", help="Your ids of the people, as in the source.", show_default=False
        ),
    ] = None,
    email: Annotated[
        list[str] | None,
        typer.Option(
            help="An e-mail address, in clear or as SHA-256; may be given again.", show_default=False
        ),
    ] = None,
    phone: Annotated[
        list[str] | None,
        typer.Option(help="A phone number, in clear or as SHA-256; may be given again.", show_default=False),
    ] = None,
    identity: Annotated[
        list[str] | None,
        typer.Option(
            help="An id of others that rows of datasets carry, such as MAID=38400000-...; may be given again.",
            metavar="KIND=ID",
            show_default=False,
        ),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(help="The country of phone numbers without +.", metavar="CC", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="A list: columns external_id, email, phone, country, maid, liveramp ...; or one external id a line.",
            metavar="PATH",
            show_default=False,
        ),
    ] = None,
    from_receipts: Annotated[
        list[Path] | None,
        typer.Option(
            help="Erase again what these receipts tell of, after a backup was restored: a file or a folder.",
            metavar="PATH",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    max_wait: MaxWait = None,
) -> None:
    """Erase people for good.

    They are never sent again, leave every audience and every file, and a signed receipt proves it. Without anybody named, goes on
    with what was interrupted. Clear identifiers are hashed in memory and kept nowhere; your shell may keep the line.
    """  # fmt: skip
    from lading.service.erasure import forgetting
    from lading.service.erasure.asking import People
    from lading.service.work import Order

    face: Face = context.obj
    named = People(
        external_ids=tuple(external_ids or ()), emails=tuple(email or ()), phones=tuple(phone or ()),
        others=tuple(_identity(one) for one in identity or ()), country=country, list=file,
    )  # fmt: skip
    order = Order(max_wait=minutes(max_wait))
    with face.parts() as parts:
        if dry_run:
            foreseen = forgetting.foresee(parts, named)
            face.show(foreseen, lambda sheet: _draw_foreseen(sheet, foreseen))
            return
        if not yes and (named or from_receipts) and sys.stdin.isatty():
            _ask(face, named)
        if from_receipts:
            done = forgetting.repeat(parts, from_receipts, order)
        elif named:
            done = (forgetting.forget(parts, named, order),)
        else:
            done = forgetting.resume(parts, None, order)
    show(face, done)


def _identity(given: str) -> tuple[str, str]:
    kind, _, value = given.partition("=")
    if not (kind.strip() and value.strip()):
        raise typer.BadParameter("write KIND=ID, such as MAID=38400000-...", param_hint="--identity")
    return kind.strip(), value.strip()


def show(face: Face, done: Sequence[Forgotten]) -> None:
    """Shows what became of erasures."""

    def draw(sheet: Sheet) -> None:
        for one in done:
            _draw(sheet, one)
        if not done:
            sheet.line(
                "No erasure is unfinished. Say whom to forget: `lading forget ID`, --email, --phone, --identity or --file"
            )

    face.show(list(done), draw)


def _ask(face: Face, named: People) -> None:
    """Nothing brings an erased person back."""
    face.close()
    many = len(named.external_ids) + len(named.emails) + len(named.phones) + len(named.others)
    who = (
        f"everybody in {named.list}"
        if named.list
        else f"{many} people"
        if many
        else "everybody in the receipts"
    )
    typer.confirm(
        f"Erase {who}, for good, at Amazon and in all files of this home? This cannot be undone.",
        abort=True,
        err=True,
    )


def _draw_foreseen(sheet: Sheet, one: Foreseen) -> None:
    sheet.title("Would be erased", "nothing was done")
    sheet.counts((
        *((f"asked by {kind.replace('_', ' ')}", count, "") for kind, count in one.asked.items()),
        ("found in files", one.people, "external ids"),
        ("shared identifiers", one.shared or None, "others carry them, too: not suppressed"),
        *((f"removed from {name}", count, "members") for name, count in one.members.items()),
        ("deleted from datasets", one.identities or None, f"hashes, in {one.instances} instances"),
        ("files written anew", one.files, "and what belongs to them"),
        ("saved plans deleted", one.plans, ""),
    ))  # fmt: skip
    if one.known:
        sheet.line("All of them were erased before and are not sent any more.")


def _draw(sheet: Sheet, one: Forgotten) -> None:
    sheet.title(f"Erasure {one.id}: {one.state}")
    if not one.people and not one.removals:
        sheet.line(
            "Nobody of them was found in any file. They are suppressed all the same: no source brings them in."
        )
    sheet.counts((
        *((f"asked by {kind.replace('_', ' ')}", count, "") for kind, count in one.asked.items()),
        ("found in files", one.people, "external ids"),
        ("shared identifiers", one.shared or None, "others carry them, too: not suppressed. Name one to erase all who carry it"),
        *((f"removed from {run.audience}", run.removed, f"run {run.run}: {run.state}") for run in one.removals),
        *(("deleted from datasets", each.identities, f"hashes, instance {each.instance_id}: {each.state}") for each in one.deletions),
        ("files rewritten", one.files, "or deleted"),
        ("lines erased", one.lines, ""),
    ))  # fmt: skip
    if one.left_in_s3:
        sheet.line(
            f"Files that were uploaded before lie in S3 yet: {', '.join(one.left_in_s3)}. Delete them there",
            "yellow",
        )
    if one.receipt:
        sheet.line()
        sheet.line(f"Receipt: {one.receipt}")


def verify_receipt(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A receipt of `lading forget`.")],
    key: Annotated[
        str | None,
        typer.Option(
            help="The signer's public key, as receipts print it; else this home's.", show_default=False
        ),
    ] = None,
) -> None:
    """Check that a receipt is whole and who signed it."""
    from lading.service.erasure import receipts

    face: Face = context.obj
    if key:
        checked = receipts.verify(file, key=key)
    else:
        from lading.service.home import Home
        from lading.settings import load, locate

        settings = load(locate(face.config, face.environ), face.environ)
        checked = receipts.verify(file, home=Home(settings.home_folder))
    face.show(checked, lambda sheet: _draw_checked(sheet, checked))


def _draw_checked(sheet: Sheet, one: Checked) -> None:
    signer = "this home's key" if one.signer == "home" else "the given key"
    sheet.title(f"Receipt {one.id} is whole", f"signed with {signer}")
    sheet.facts((
        ("asked", one.asked_at),
        ("done", one.done_at),
        ("people found", one.people),
        ("audiences", one.removals),
        ("lines erased", one.lines_erased),
        ("home", one.home),
        ("public key", one.public_key),
    ))  # fmt: skip
