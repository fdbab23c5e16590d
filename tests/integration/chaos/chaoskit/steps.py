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
        model.began(desk.woke_at, desk.added())
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
        model.began(desk.woke_at, desk.added())
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
        model.began(desk.woke_at, desk.added())
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
        desk.check_nobody_outlived(self.days)


@dataclass(frozen=True)
class Life:
    """The audience gets another ttl, with the next run that reaches Amazon."""

    ttl_days: int | None

    def live(self, desk, _model):
        desk.ttl_days = self.ttl_days


@dataclass(frozen=True)
class Forgotten:
    """People ask to be forgotten: at once, or while a night is under way that stopped somewhere."""

    people: frozenset = field(repr=False)
    #: The words of the command.
    asked: tuple = field(repr=False)
    weather: Weather = CALM
    #: The night that is under way; none: it is done.
    night: Night | None = None

    def live(self, desk, model):
        since = desk.begin(self.night) if self.night else desk.go_on(self.weather)
        model.began(desk.woke_at, desk.added())
        for number, way in enumerate(self.night.ways if self.night else ()):
            desk.attempt(way, self.night.weather, number)
        desk.until_forgotten(self.asked, self.weather)
        if self.night:
            desk.until_done((), CALM)
            model.erased(self.people)
            model.ended(self.night.mode, self.night.source, desk.last_run_turned_away(since))
        else:
            run = desk.last_run()
            if run.forget and run.created_at >= desk.woke_at:
                model.forgot(self.people, desk.last_run_turned_away(since))
            else:
                model.erased(self.people)
        desk.rest(1)


@dataclass(frozen=True)
class Undone:
    """The last step is taken back, or the last two."""

    back: int = 1
    weather: Weather = CALM

    def live(self, desk, model):
        first = max(len(model.steps) - self.back, 0)
        began = model.steps[first]
        run = desk.first_committed_since(began.at)
        if run is None:
            return
        since = desk.go_on(self.weather)
        model.began(desk.woke_at, desk.added())
        desk.until_undone(run, self.weather)
        model.undone(first, desk.ends(began.added), desk.last_run_turned_away(since))
        desk.rest(1)


@dataclass(frozen=True)
class Verified:
    """Amazon's counts are asked for."""

    weather: Weather = CALM

    def live(self, desk, _model):
        desk.attempt("verify", self.weather, 0)
