"""The kinds of steps that a history is made of. Each lives itself on a desk, and says to the model what must be true afterwards.

A new kind is a class with `live` and, if it changes who must be a member, a line of its own in `model.py`.
"""

from dataclasses import dataclass, field

from chaoskit.weather import CALM, Weather

DAY = 24 * 3600


@dataclass(frozen=True)
class Night:
    """The source as it stands, carried to its end; the user starts again whatever has ended early."""

    mode: str
    source: dict = field(repr=False)
    weather: Weather = CALM
    #: How he goes about it: the first try, the second... (`world.WAYS`); after these it is `lading apply`.
    ways: tuple = ()
    #: Hours that pass afterwards.
    hours: float = 0

    def live(self, desk, model):
        since = desk.begin(self)
        desk.until_done(self.ways, self.weather)
        model.ended(self.mode, self.source, desk.last_run_turned_away(since))
        desk.rest(self.hours)


@dataclass(frozen=True)
class CalledOff:
    """A night that its user regrets: he cancels the run, wherever it stands."""

    mode: str
    source: dict = field(repr=False)
    weather: Weather = CALM
    ways: tuple = ("no_wait",)
    #: How he cancels: `cancel` follows what is on its way, `cancel_at_once` does not.
    way: str = "cancel"
    hours: float = 0

    def live(self, desk, model):
        since = desk.begin(self)
        for number, way in enumerate(self.ways):
            desk.attempt(way, self.weather, number)
        ended = desk.until_cancelled(self.way, self.weather)
        if ended == "done":
            model.ended(self.mode, self.source, desk.last_run_turned_away(since))
        elif desk.sent_since(since):
            model.called_off(self.mode, self.source, desk.turned_away(since))
        desk.rest(self.hours)


@dataclass(frozen=True)
class Again:
    """Whoever was refused last night is tried once more, without reading the source."""

    mode: str
    source: dict = field(repr=False)
    weather: Weather = CALM
    hours: float = 0

    def live(self, desk, model):
        since = desk.begin(self)
        desk.until_done(("retry",), self.weather)
        model.ended(self.mode, self.source, desk.last_run_turned_away(since))
        desk.rest(self.hours)


@dataclass(frozen=True)
class Days:
    """Time passes; whoever is not sent again in time expires."""

    days: float
    weather: Weather = CALM

    def live(self, desk, _model):
        desk.rest(self.days * 24)
