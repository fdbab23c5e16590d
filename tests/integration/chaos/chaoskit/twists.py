"""What happens between the nights of a drawn history: people ask to be forgotten, runs are undone, the audience gets another ttl."""

from dataclasses import replace

from chaoskit import moments
from chaoskit.model import Model, identifiers
from chaoskit.steps import Again, CalledOff, Days, Forgotten, Life, Night, Undone, Verified
from chaoskit.weather import CALM, weather

#: Lives of members, in days; None: as long as Amazon lets them.
LIVES = (2, 10, 30, 90, None)


def twist(history, dice):
    """The history with more between its nights."""
    twister = _Twister(history, dice)
    wanted = moments.between(history.fall[0])
    steps = []
    for number, step in enumerate(history.steps):
        steps += twister.before(number, step)
        steps.append(twister.taken(step) if number else step)
        later = history.steps[number + 1 :]
        if isinstance(later[0] if later else None, Again):
            continue
        steps += twister.after(number, wanted if number == 0 else "")
    return replace(history, steps=tuple(steps))


class _Twister:
    def __init__(self, history, dice):
        self.history, self.dice = history, dice
        self.model = Model()
        self.forgets = dice.random() < 0.1
        self.undoes = dice.random() < 0.15
        self.lives = history.ttl_days is not None and dice.random() < 0.6

    def before(self, number, step):
        if self.lives and number and isinstance(step, Night) and self.dice.random() < 0.7:
            yield Life(self.dice.choice(LIVES))

    def taken(self, step):
        """The step itself, or a night in the midst of which somebody asks to be forgotten."""
        may = self.forgets and isinstance(step, CalledOff) and self.dice.random() < 0.7
        found = self._victim(self._heard(step)) if may else None
        if not found:
            return step
        night = Night(step.mode, step.source, step.weather, step.ways)
        return Forgotten(*found, self._weather(), night)

    def after(self, number, wanted):
        if wanted == "months":
            yield Days(100)
        if wanted == "verify":
            yield Verified()
        step = self.history.steps[number]
        forget = wanted == "forget" or (self.forgets and isinstance(step, Night) and self.dice.random() < 0.6)
        if forget and (found := self._victim(self._heard(step))):
            yield Forgotten(*found, CALM if wanted else self._weather())
        if self.undoes and isinstance(step, (Night, Again)) and self.dice.random() < 0.7:
            yield Undone(self.dice.choice([1, 1, 2]), self._weather())

    def _heard(self, step):
        if not hasattr(step, "source"):
            return {}
        return self.model.heard(step.mode, step.source)[0]

    def _victim(self, heard):
        """Somebody of these, and how he is named; nobody, where it would have to be known what else lies in files."""
        for who in self.dice.sample(sorted(heard), len(heard)):
            shared = {
                other: mine for other in self._others(who) if (mine := self._ever(who) & self._ever(other))
            }
            if all(other in heard and mine <= identifiers(heard[other]) for other, mine in shared.items()):
                self.model.gone |= {who}
                emails = [row["email"] for row in heard[who] if row["email"]]
                if emails and not shared and self.dice.random() < 0.5:
                    return frozenset({who}), ("email", self.dice.choice(emails))
                return frozenset({who}), ("id", who)
        return None

    def _others(self, who):
        return {other for one in self._sources() for other in one} - {who} - self.model.gone

    def _ever(self, who):
        """All identifiers by which he is ever known."""
        return frozenset().union(*(identifiers(one[who]) for one in self._sources() if who in one))

    def _sources(self):
        return [step.source for step in self.history.steps if hasattr(step, "source")]

    def _weather(self):
        found = weather(self.dice, wide=True)
        return CALM if found.brief else replace(found, overtaken=0)
