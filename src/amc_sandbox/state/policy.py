"""The switches of this Amazon: where its meaning is unknown, the harsh reading is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from amc_sandbox import rules
from amc_sandbox.nearest import Unlawful, refuse_unknown

#: The shortest and the longest time of something, in seconds.
Range = Annotated[list[float], Field(min_length=2, max_length=2)]
RANGES: Final = ("job_seconds", "upload_seconds", "deletion_seconds")


class Policy(BaseModel):
    """Each field is a key of `PUT /_sandbox/policy`; its description is what the reference page says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scopes: list[str] = Field(
        [rules.CAMPAIGNS, rules.AUDIENCES],
        description="what grants may use: those that ask for more get no more",
    )
    update: Literal["union", "replace"] = Field(
        "union", description="CREATE for a member: add its identifier sets to the known ones, or replace them"
    )
    delete: Literal["user", "entry"] = Field(
        "user",
        description="DELETE: the resolved user is gone, whichever member reached it, or only this external id is gone",
    )
    job_order: Literal["shuffled", "fifo"] = Field(
        "shuffled", description="jobs are applied as each gets ready, or in the order of their acceptance"
    )
    job_seconds: Range = Field(
        [60.0, 180.0], description="the shortest and the longest time that a job takes; drawn by the seed"
    )
    job_done_state: Literal["SUCCEEDED", "COMPLETED"] = Field(
        "SUCCEEDED", description="how a job that went well is called"
    )
    rate_scale: Literal["percent", "fraction"] = Field(
        "percent", description="recordsProcessedRate as 0..100 or as 0..1"
    )
    consent: Literal["transition", "mandatory"] = Field(
        "transition", description="people of the UK and EEA without consent are taken, or refused one by one"
    )
    upload_seconds: Range = Field(
        [300.0, 900.0],
        description="the shortest and the longest time that an upload takes; drawn by the seed",
    )
    upload_order: Literal["shuffled", "fifo"] = Field(
        "shuffled",
        description="the uploads of a dataset are carried out as each gets ready, or in the order of their acceptance",
    )
    upload_statuses: Literal["spec", "guide"] = Field(
        "spec",
        description="SUBMITTED, IN_PROGRESS, SUCCESS and FAILED, or PENDING, COMPLETED and FAILED as in the guide",
    )
    unmatched_rows: Literal["kept", "dropped"] = Field(
        "kept", description="uploaded rows in which nobody is found stay without a user ID, or are left out"
    )
    dimension_uploads: Literal["strategy", "replace"] = Field(
        "strategy",
        description="an upload to a DIMENSION set follows its updateStrategy, or always replaces all rows",
    )
    older_source_keys: bool = Field(
        default=False,
        description="s3Bucket, s3ObjectKey and s3PrefixKey of older pages are understood in a dataSource",
    )
    main_user_columns: Literal["added", "demanded"] = Field(
        "added",
        description="user_id and user_id_type are added to a set with identifiers, or must be declared",
    )
    strict_column_names: bool = Field(
        default=True,
        description="column names begin with a letter and hold lower-case letters, digits and _ only",
    )
    ads_account_id: Literal["optional", "demanded"] = Field(
        "optional", description="the header Amazon-Ads-AccountId, for advertiser data of STANDARD instances"
    )
    deletion_seconds: Range = Field(
        [300.0, 1800.0],
        description="the shortest and the longest time that a user deletion takes; drawn by the seed",
    )
    deletion_unseen_seconds: float = Field(
        30.0, ge=0, description="a new user deletion request cannot be read for so long"
    )
    strict_names: bool = Field(
        default=False,
        description="audience names and descriptions may hold letters, digits, spaces, _ and - only",
    )
    duplicate_audience: Literal["refuse", "accept"] = Field(
        "refuse", description="a second audience with the same externalAudienceId"
    )
    missing_scope_status: Literal[401, 403] = Field(
        403, description="the answer to a grant without advertising::audiences"
    )
    requests_per_second: float = Field(
        100.0, ge=0, description="refill of the bucket of each client; 0 = no limit"
    )
    requests_burst: int = Field(2_000, ge=1, description="size of that bucket")
    records_per_hour: int = Field(
        rules.RECORDS_PER_HOUR, ge=1, description="records a connection may send in any hour"
    )
    max_body_bytes: int | None = Field(
        None, ge=1, description="larger requests are answered with 413; null = no limit"
    )
    page_size: int = Field(
        100,
        ge=1,
        le=100,
        description="how many of a list are on a page, unless limit or maxResults says less",
    )
    aws_denied: list[Annotated[str, StringConstraints(pattern=r"^(s3|kms|sts):\w+$")]] = Field(
        [], description="what the user may not do in S3, KMS and STS, such as s3:CreateBucket"
    )
    return_urls: list[Annotated[str, StringConstraints(min_length=1)]] = Field(
        [], description="return URLs that are allowed beside every loopback address"
    )


def changed(old: Policy, wish: Mapping[str, Any]) -> Policy:
    """The policy with the wished switches set; `terms_accepted` is a deed, not a switch, and is not among them."""
    refuse_unknown(wish, {*Policy.model_fields, "terms_accepted"}, "policy")
    switches = {key: value for key, value in wish.items() if key != "terms_accepted"}
    try:
        new = Policy.model_validate(old.model_dump() | switches)
    except ValidationError as error:
        first = error.errors()[0]
        raise Unlawful(f"policy {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for name in RANGES:
        shortest, longest = getattr(new, name)
        if not 0 <= shortest <= longest:
            raise Unlawful(f"policy {name}: the shortest time comes first, and neither is negative")
    return new
