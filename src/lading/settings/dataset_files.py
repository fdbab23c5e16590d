"""The files that carry a dataset's rows to Amazon: their format, compression and where they are put."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from lading.settings.shape import Shape, wrong

Format = Literal["parquet", "csv", "json"]
Compression = Literal["gzip", "bzip", "snappy", "none"]

#: Which compressions a format may have; the first is the default. A Parquet file is compressed within, a text as a whole, which
#: nobody agrees upon how to do by Snappy.
COMPRESSIONS: Final[dict[Format, tuple[Compression, ...]]] = {
    "parquet": ("snappy", "gzip", "none"),
    "csv": ("gzip", "bzip", "none"),
    "json": ("gzip", "bzip", "none"),
}


def _known(value: Any) -> Any:
    if isinstance(value, str) and value.lower() == "zip":
        raise wrong("Amazon takes ZIP no more since 2025-01-01: write gzip, or leave `compression:` out")
    if value is None or value is False:
        raise wrong("write none as a word: `compression: none`")
    return value


#: A compression as it is written.
WrittenCompression = Annotated[Compression, BeforeValidator(_known)]


class CsvFormat(Shape):
    """How CSV files are written, and what Amazon is told of them. All have UTF-8 and a header."""

    delimiter: str = Field(
        default=",", min_length=1, max_length=1, description="The character between cells: `,`, a tab or `|`."
    )
    quote: str = Field(
        default='"',
        min_length=1,
        max_length=1,
        description="The character around a cell that holds a delimiter.",
    )
    quote_escape: str = Field(
        default='"',
        min_length=1,
        max_length=1,
        description="What stands before a quote within a cell: the quote itself, or a backslash.",
    )
    record_delimiter: Literal["\n", "\r\n"] = Field(default="\n", description="What ends a row.")
    comment: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="The character that makes a row a comment. No comment is ever written; a cell that begins with it is quoted.",
    )

    @model_validator(mode="after")
    def _differ(self) -> Self:
        characters = [self.delimiter, self.quote, *([self.comment] if self.comment else [])]
        if not all(one.isascii() and one not in "\r\n" for one in characters):
            raise wrong(
                "`delimiter:`, `quote:` and `comment:` are one ASCII character each, and no end of line"
            )
        if len(set(characters)) < len(characters) or self.quote_escape in {self.delimiter, self.comment}:
            raise wrong("`delimiter:`, `quote:`, `quote_escape:` and `comment:` need different characters")
        if self.quote_escape not in {self.quote, "\\"}:
            raise wrong("`quote_escape:` is the quote itself, or a backslash")
        return self


def _place(value: str) -> str:
    folder = value.removeprefix("s3://").partition("/")[2].removesuffix("/")
    parts = folder.split("/") if folder else []
    if any(part.startswith((".", "_")) for part in parts):
        raise wrong("Amazon reads no folder whose name begins with . or _: name it otherwise")
    if "" in parts or not folder.isprintable():
        raise wrong("write the folder without empty parts: s3://bucket/folder")
    return value


#: Where uploads are put: `s3://bucket/folder`.
BucketPlace = Annotated[str, AfterValidator(_place)]
