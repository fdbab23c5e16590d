"""Segment's events as a source: `POST /v1/segment/NAME` takes them in, and syncs carry the audiences that they speak of."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from lading.settings.secret import SecretReference
from lading.settings.shape import Shape, wrong
from lading.settings.targets import LONGEST_TTL
from lading.settings.values import Country, Duration, Switch, Whole


def _paths(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(one, str) and one.startswith("$") for one in listed):
        raise wrong("write a path such as $.properties.email, or a list of them")
    return tuple(map(str, listed))


Paths = Annotated[
    tuple[str, ...],
    BeforeValidator(_paths),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class EventFields(Shape):
    """Where an event has what; of several paths the first that leads to something counts. Fields that are left out lie where
    Segment puts them.
    """

    external_id: Paths | None = Field(default=None, description="The user's id; `$.userId` if left out.")
    email: Paths | None = Field(
        default=None,
        description="`$.context.traits.email`, then `$.properties.email`, then `$.traits.email`, if left out.",
    )
    phone: Paths | None = Field(
        default=None,
        description="`$.properties.phone`, then `$.traits.phone`, if left out; so are those below.",
    )
    first_name: Paths | None = Field(default=None, description="The first name.")
    last_name: Paths | None = Field(default=None, description="The last name.")
    address: Paths | None = Field(default=None, description="Street and number.")
    city: Paths | None = Field(default=None, description="The city.")
    state: Paths | None = Field(default=None, description="The state, province or region.")
    postal: Paths | None = Field(default=None, description="The postal code.")
    country: Paths | None = Field(default=None, description="The country; that of the audience if left out.")
    tcf: Paths | None = Field(default=None, description="The IAB TCF string; `$.properties.tcf` if left out.")
    gpp: Paths | None = Field(default=None, description="The IAB GPP string; `$.properties.gpp` if left out.")
    amzn_user_data: Paths | None = Field(default=None, description="`$.properties.amznUserData` if left out.")
    amzn_ad_storage: Paths | None = Field(
        default=None, description="`$.properties.amznAdStorage` if left out."
    )
    geo_ip: Paths | None = Field(default=None, description="`$.properties.ip` if left out.")


class EventMapping(Shape):
    """Which events say something, and what. Of several mappings that an event meets, the first that speaks of an audience decides."""

    name: str = Field(
        min_length=1, max_length=128, description="What the mapping is called in `lading event test`."
    )
    preset: Literal[
        "sync_audiences",
        "user_property",
        "membership_changed",
        "entity_added",
        "entity_removed",
        "journey_step_entered",
    ] = Field(
        default="sync_audiences",
        description="What its events say. sync_audiences: `Audience Entered` and `Audience Exited`. user_property, membership_changed: the "
        "boolean of the audience's key. entity_added, journey_step_entered: who enters. entity_removed: who leaves.",
    )
    trigger: str | None = Field(
        default=None,
        min_length=1,
        max_length=5000,
        description="Which events, in Segment's query language; that of the preset if left out.",
    )
    enabled: Switch = Field(
        default=True, description="Whether it is looked at. One that is off does nothing."
    )
    fields: EventFields = Field(default=EventFields(), description="Where fields lie in its events.")


class CreatedAudiences(Shape):
    """Audiences that nobody declared: each that an event speaks of gets a sync in the ledger, up to a number."""

    up_to: Whole = Field(
        ge=1, le=1000, description="How many there may be. Events of further ones are refused."
    )
    connection: str = Field(
        description="The name of a connection above. An event that names another advertiser goes to the connection that has it."
    )
    target: Literal["AMC", "AMC_AND_DSP", "DSP"] = Field(
        default="DSP", description="Where the members go: AMC, AMC_AND_DSP or DSP."
    )
    name: str = Field(
        default="Segment {audience}",
        min_length=1,
        max_length=128,
        description="The audience's name at Amazon; `{audience}` stands for its key.",
    )
    country: Country | None = Field(
        default=None,
        description="The country of users whose event names none, nor a `countryCode` for the audience.",
    )
    ttl: Duration = Field(
        default=LONGEST_TTL, le=timedelta(seconds=34_300_800), description="How long a member stays, where the event's settings do not say it.",
        json_schema_extra={"default": "397d"},
    )  # fmt: skip


class SegmentSource(Shape):
    """Segment's events, at `POST /v1/segment/NAME` of `lading serve`."""

    type: Literal["segment"] = Field(description="`segment`: events that Segment sends to `lading serve`.")
    enabled: Switch = Field(
        default=True,
        description="Whether events are taken. Those that come while it is off are answered, counted and dropped.",
    )
    secret: SecretReference | None = Field(
        default=None,
        description="The shared secret by which Segment signs (`X-Signature`), by reference. With one, unsigned events are refused.",
    )
    mappings: tuple[EventMapping, ...] = Field(
        default=(EventMapping(name="Sync Audiences to DSP"), EventMapping(name="User property", preset="user_property")),
        min_length=1, max_length=50, description="Which events say something; `Audience Entered`, `Audience Exited` and Identify if left out.",
        json_schema_extra={"default": None},
    )  # fmt: skip
    batching: Switch = Field(
        default=True,
        description="Whether events are gathered into runs. Off: a run as soon as one comes, and one request each.",
    )
    batch_size: Whole = Field(
        default=10_000,
        ge=1500,
        le=10_000,
        description="So many waiting events begin a run at once, 1,500 to 10,000.",
    )
    batch_after: Duration = Field(
        default=timedelta(minutes=1), description="Fewer events begin a run when the oldest has waited for so long.",
        json_schema_extra={"default": "1m"},
    )  # fmt: skip
    create: CreatedAudiences | None = Field(
        default=None,
        description="Audiences that nobody declared are created from events; not at all, if left out.",
    )


def audience_of(
    created: CreatedAudiences, *, name: str, external_id: str, given: dict[str, object]
) -> dict[str, object]:
    """The block `audience:` of one that is created, by Segment's own settings of it where they say something."""
    block = {
        "connection": created.connection,
        "name": name,
        "external_id": external_id,
        "target": created.target,
    }
    own = {key: given[key] for key in ("description", "country", "ttl", "fees") if given.get(key) is not None}
    usual: dict[str, object] = {"ttl": int(created.ttl.total_seconds())}
    if created.country:
        usual["country"] = created.country
    return {**block, **usual, **own}
