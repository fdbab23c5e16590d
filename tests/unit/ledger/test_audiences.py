from dataclasses import replace

import pytest

from lading.errors import Bug, SettingsError
from lading.ledger.rows import AudienceState, AudienceUpdate
from lading.model.states import Mode

ID = "413642381039213536"


def test_an_audience_is_written_down_before_it_is_asked_for(ledger, claim, new_audience, clock):
    audience = ledger.audiences.creating(claim, new_audience)
    assert (audience.state, audience.audience_id, audience.generation) == (AudienceState.CREATING, None, 0)
    assert audience.created_at == clock.now()
    assert ledger.audiences.get(new_audience.target) == audience


def test_a_restart_asks_again_under_the_same_external_id(ledger, claim, new_audience):
    ledger.audiences.creating(claim, new_audience)
    again = ledger.audiences.creating(claim, replace(new_audience, description="Corrected"))
    assert (again.state, again.description) == (AudienceState.CREATING, "Corrected")
    assert ledger.audiences.list() == (again,)


def test_its_id_is_kept_as_text(ledger, claim, new_audience):
    ledger.audiences.creating(claim, new_audience)
    audience = ledger.audiences.created(claim, ID)
    assert (audience.state, audience.audience_id) == (AudienceState.READY, ID)


def test_an_audience_is_made_once(ledger, claim, new_audience):
    ledger.audiences.creating(claim, new_audience)
    ledger.audiences.created(claim, ID)
    with pytest.raises(Bug, match="exists already"):
        ledger.audiences.creating(claim, new_audience)
    with pytest.raises(Bug, match="no audience was being made"):
        ledger.audiences.created(claim, "2")
    assert ledger.audiences.get(new_audience.target).audience_id == ID


def test_a_run_makes_the_audience_of_its_own_target_only(ledger, claim, new_audience):
    with pytest.raises(Bug, match="makes no audience for"):
        ledger.audiences.creating(claim, replace(new_audience, target="main/other"))


def test_an_audience_that_exists_at_amazon_is_adopted(ledger, new_audience):
    audience = ledger.audiences.adopt(new_audience, ID, who="me")
    assert (audience.state, audience.audience_id) == (AudienceState.ADOPTED, ID)
    assert ledger.audit.latest(1)[0].where == {"target": new_audience.target, "audience_id": ID}


def test_one_whose_answer_was_lost_is_adopted_into_its_row(ledger, claim, new_audience):
    ledger.audiences.creating(claim, new_audience)
    assert ledger.audiences.adopt(new_audience, ID, who="me").state is AudienceState.ADOPTED
    assert ledger.audiences.adopt(new_audience, ID, who="me").audience_id == ID


def test_a_target_that_has_its_audience_adopts_no_other(ledger, new_audience):
    ledger.audiences.adopt(new_audience, ID, who="me")
    with pytest.raises(SettingsError, match=f"has the audience {ID} already"):
        ledger.audiences.adopt(new_audience, "2", who="me")


@pytest.mark.parametrize(
    ("owner", "other", "may"),
    [
        (Mode.ADD, Mode.ADD, True),
        (Mode.ADD, Mode.UPSERT, True),
        (Mode.UPSERT, Mode.REMOVE, True),
        (Mode.REMOVE, Mode.ADD, True),
        (Mode.ADD, Mode.MIRROR, False),
        (Mode.MIRROR, Mode.ADD, False),
        (Mode.MIRROR, Mode.REMOVE, False),
        (Mode.MIRROR, Mode.MIRROR, False),
    ],
)
def test_two_syncs_share_an_audience_unless_one_is_a_mirror(ledger, new_audience, owner, other, may):
    audience = ledger.audiences.adopt(replace(new_audience, mode=owner), ID, who="me")
    if may:
        assert ledger.audiences.may_use(new_audience.target, sync="another", mode=other) == audience
    else:
        with pytest.raises(SettingsError, match="belongs to sync newsletter"):
            ledger.audiences.may_use(new_audience.target, sync="another", mode=other)


def test_the_owner_may_always_write(ledger, new_audience):
    assert ledger.audiences.may_use(new_audience.target, sync="newsletter", mode=Mode.ADD) is None
    ledger.audiences.adopt(replace(new_audience, mode=Mode.MIRROR), ID, who="me")
    assert ledger.audiences.may_use(new_audience.target, sync="newsletter", mode=Mode.ADD)


def test_another_mirror_cannot_adopt_what_is_owned(ledger, new_audience):
    ledger.audiences.adopt(new_audience, ID, who="me")
    with pytest.raises(SettingsError, match="belongs to sync newsletter"):
        ledger.audiences.adopt(replace(new_audience, sync="another", mode=Mode.MIRROR), ID, who="me")


def test_a_change_is_written_down_before_it_is_sent_and_when_it_is_known(ledger, claim, new_audience):
    ledger.audiences.creating(claim, new_audience)
    ledger.audiences.created(claim, ID)
    ledger.audiences.updating(claim)
    assert ledger.audiences.get(new_audience.target).updating
    change = AudienceUpdate(description="New", ttl_seconds=60, fees=[{"cpmCents": 1.5, "currency": "USD"}])
    after = ledger.audiences.updated(claim, change)
    assert (after.updating, after.description, after.ttl_seconds, after.fees) == (
        False, "New", 60, [{"cpmCents": 1.5, "currency": "USD"}],
    )  # fmt: skip
    assert (after.audience_id, after.name) == (ID, new_audience.name)
    assert ledger.audit.latest(1)[0].what == "audience updated"


def test_another_syncs_audience_is_not_adopted_under_a_second_key(ledger, new_audience):
    ledger.audiences.adopt(new_audience, ID, who="me")
    other = replace(new_audience, target="main/other", sync="another")
    with pytest.raises(SettingsError, match="by sync newsletter"):
        ledger.audiences.adopt(other, ID, who="me")
    assert ledger.audiences.get("main/other") is None


def test_the_owner_stays_when_its_targets_are_listed_anew(ledger, new_audience):
    ledger.audiences.adopt(replace(new_audience, mode=Mode.MIRROR), ID, who="me")
    assert ledger.audiences.may_use(new_audience.target, sync="newsletter/us", mode=Mode.MIRROR)
