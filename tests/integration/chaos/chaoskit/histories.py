"""Histories drawn by a seed: what stands in the source at each step, what goes wrong then, and how Amazon reads what it never wrote."""

import random
from dataclasses import dataclass, field, replace

from chaoskit import moments
from chaoskit.crowd import ABROAD, Crowd
from chaoskit.steps import Again, CalledOff, Days, Night
from chaoskit.twists import LIVES, twist
from chaoskit.weather import CALM, STUCK, Weather, switches, weather


@dataclass(frozen=True)
class History:
    """What one seed draws."""

    seed: int
    target: str
    #: Switches of the sandbox.
    policy: dict
    steps: tuple
    people: tuple = field(repr=False)
    #: A crash point, and the how-manieth time of reaching it the process falls; once in the history.
    fall: tuple = ("", 0)
    #: How long members stay; None: as long as Amazon lets them.
    ttl_days: int | None = None
    records_per_request: int = 4
    #: The audience's description changes from night to night.
    retold: bool = False
    #: Two syncs share the audience: one brings people in, the other takes them out.
    shared: bool = False

    @property
    def sources(self):
        """What stands in the source, night after night."""
        return [night.source for night in nights(self)]

    @property
    def requests_per_second(self):
        """Lading may be as fast as Amazon lets it."""
        return self.policy.get("requests_per_second", 1000)


def draw(seed, people, longest=3):
    """The history of this seed, for `people` of the sandbox whose e-mails and telephones are theirs alone."""
    dice = random.Random(f"chaos {seed}")
    more = random.Random(f"chaos {seed} more")
    asking = random.Random(f"chaos {seed} consent") if more.random() < 0.3 else None
    people, abroad = ([one for one in people if one["country"] == country] for country in ("US", "GB"))
    people = dice.sample(people, 16)
    if asking:
        for slot in ABROAD:
            people[slot] = more.choice([one for one in abroad if one not in people])
    kind = dice.choice(["mirror", "mirror", "upsert", "add", "remove"])
    policy = switches(dice)
    ttl = dice.choice([None, None, None, 30]) and more.choice(LIVES[:-1])
    drawer = _Drawer(dice, Crowd(dice, people, asking), kind, wide=policy["job_seconds"][1] > 200, ttl=ttl)
    steps = tuple(step for _ in range(min(longest, dice.choice([2, 2, 3]))) for step in drawer.draw())
    fall = (moments.MOMENTS[seed % len(moments.MOMENTS)], dice.choice([1, 1, 1, 2]))
    history = History(
        seed, dice.choice(["AMC_AND_DSP", "AMC_AND_DSP", "AMC", "DSP"]), policy, steps, tuple(people), fall, ttl,
        dice.choice([4, 6, 20]), retold=dice.random() < 0.2,
    )  # fmt: skip
    history = twist(_bring_about(history), more)
    modes = {night.mode for night in nights(history)}
    return replace(history, shared=modes == {"add", "remove"} and seed % 4 != 0)


def nights(history):
    """The steps that have a source, or the nights in them."""
    return [
        night for step in history.steps if hasattr(night := getattr(step, "night", None) or step, "source")
    ]


def _bring_about(history):
    """The first night as the history's moment needs it: a clear one but for that, so that nothing else comes first."""
    first, *rest = history.steps
    point, times = history.fall
    faults, ways, between = moments.faults_for(point), moments.ways_for(point), moments.between(point)
    if point.startswith("ledger.cancelled"):
        first = CalledOff(first.mode, first.source, CALM, hours=first.hours)
    elif point.startswith("ledger.claimed"):
        first = Night(first.mode, first.source, Weather(falls=(30,)), hours=first.hours)
    elif faults or ways or between or point.startswith(moments.ONCE):
        first = Night(first.mode, first.source, Weather({"seed": history.seed, **faults}), ways, first.hours)
    if point.startswith("ledger.guarded"):
        rest = [Night("mirror", {}, CALM, ("strict",)), *rest]
    if between or point.startswith("ledger.guarded"):
        rest = [step for step in rest if not isinstance(step, Again)]
    once = point.startswith((*moments.ONCE, *moments.FAULTS, *moments.WAYS, *moments.RETOLD)) or between
    return replace(
        history,
        steps=(first, *rest),
        fall=(point, 1 if once or history.seed <= len(moments.MOMENTS) else times),
        retold=history.retold or point.startswith(moments.RETOLD),
        **moments.circumstances(history, point),
    )


class _Drawer:
    """Draws one step after another."""

    def __init__(self, dice, crowd, kind, *, wide, ttl):
        self.dice, self.crowd, self.kind, self.wide, self.ttl = dice, crowd, kind, wide, ttl
        self.count = 0

    def draw(self):
        """The next step, with whatever belongs to it."""
        self.count += 1
        mode, source = self._source()
        found = self._weather()
        if self.count > 1 and self.dice.random() < 0.2:
            return (*self._time(), self._called_off(mode, source, found))
        night = Night(mode, source, found, self._ways(), self._hours())
        again = {"refuse_records", "job_failed", "job_partial"} & set(found.faults)
        if again and not found.brief and self.dice.random() < 0.4:
            return (*self._time(), night, Again(mode, source, self.dice.choice([CALM, self._weather()])))
        return (*self._time(), night)

    def _source(self):
        """The mode of the day and the people that its source names."""
        source = self.crowd.move()
        if self.kind != "remove":
            return self.kind, source
        if self.count == 1 or self.dice.random() < 0.33:
            return "add", source
        return "remove", self.crowd.leave(self.dice.randrange(1, 5))

    def _weather(self):
        found = weather(self.dice, wide=self.wide)
        # Twice a month of waiting for stuck jobs would outlive a short-lived audience.
        return replace(found, faults={}) if self.ttl and found.slow in STUCK else found

    def _called_off(self, mode, source, found):
        ways = self.dice.choice([("no_wait",), ("max_wait",), ("apply",), ("apply", "apply")])
        return CalledOff(
            mode, source, found, ways, self.dice.choice(["cancel", "cancel_at_once"]), self._hours()
        )

    def _ways(self):
        return self.dice.choice(
            [(), (), (), ("no_wait", "follow"), ("max_wait", "follow"), ("max_wait", "max_wait"), ("plan",), ("strict",)]
        )  # fmt: skip

    def _hours(self):
        return self.dice.choice([0, 0, 1, 26])

    def _time(self):
        if self.ttl and self.count > 1:
            yield Days(self.dice.choice([1, 6, 20, 29, 31, 45, 100]))
