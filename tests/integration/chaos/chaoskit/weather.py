"""What goes wrong, and how Amazon reads what it never wrote: faults, switches, falls."""

from dataclasses import dataclass, field, replace

#: A lost job may act for two hours, as Lading assumes (durability.md); the sandbox may be as slow as that, and no slower.
SLOW = (100, 300)
#: The same, where jobs are quick otherwise.
SLOWER = (600, 5000, 6900)
#: So slow that a job counts as stuck.
STUCK = (100_000, 300_000)
#: A night that is slow for the first try alone: what was sent then is applied after all that comes later.
BRIEF = 6_600


@dataclass(frozen=True)
class Weather:
    """What goes wrong on one night."""

    #: As the sandbox's door takes them.
    faults: dict = field(default_factory=dict)
    #: The process falls when it reaches so many moments, or the one of that name: the first try, the second...
    falls: tuple = ()
    #: Another process takes the run over when the first try has reached so many commits; 0: none does.
    overtaken: int = 0

    @property
    def slow(self):
        return self.faults.get("slow_jobs_seconds", 0)

    @property
    def brief(self):
        """Weather that is over after the first try: nobody would wait for so slow a job again and again."""
        return self.slow in {*STUCK, BRIEF}


CALM = Weather()


def weather(dice, *, wide):
    """The weather of a night; `wide`: jobs take up to two hours anyway."""
    faults = {"seed": dice.randrange(1_000_000)}
    for name in dice.sample(sorted(_FAULTS), dice.choice([0, 1, 2, 3])):
        faults[name] = _FAULTS[name](dice)
    if not wide and "slow_jobs_seconds" in faults:
        faults["slow_jobs_seconds"] = dice.choice(SLOWER)
    if dice.random() < 0.06:
        faults = _stuck(dice, faults)
    found = Weather(faults, overtaken=dice.choice([0, 0, 0, dice.randrange(1, 20)]))
    if found.brief:
        return found
    return replace(found, falls=tuple(dice.randrange(1, 110) for _ in range(dice.choice([0, 1, 1, 2, 3]))))


#: Ways in which an answer is lost: Amazon may or may not have acted.
LOST = ("timeout_before", "timeout_after", "disconnect")


def _stuck(dice, faults):
    """A stuck job ends after days: were its answer lost as well, nobody could know that it may act yet."""
    known = {name: value for name, value in faults.items() if name not in LOST}
    return {**known, "slow_jobs_seconds": dice.choice(STUCK)}


def _lost(dice):
    return {
        "rate": dice.choice([0.1, 0.3]),
        "route": dice.choice(["*/records*", "POST */records", "*"]),
        "hold_seconds": 0,
    }


_FAULTS = {
    "throttle": lambda dice: {"rate": 0.25, "retry_after": dice.choice([0, 2, 120])},
    "throttle_without_retry_after": lambda _dice: 0.2,
    "server_error": lambda _dice: 0.25,
    "timeout_before": _lost,
    "timeout_after": _lost,
    "disconnect": _lost,
    "token_expiry_seconds": lambda dice: dice.choice([30, 400]),
    "refuse_records": lambda _dice: 0.15,
    "job_failed": lambda _dice: 0.3,
    "job_partial": lambda _dice: 0.3,
    "slow_jobs_seconds": lambda dice: dice.choice(SLOW),
}


def switches(dice):
    """Amazon's unknowns (contract.md 13), drawn."""
    return {
        "update": dice.choice(["union", "replace"]),
        "delete": dice.choice(["user", "user", "entry"]),
        "job_order": dice.choice(["shuffled", "shuffled", "fifo"]),
        "job_done_state": dice.choice(["SUCCEEDED", "SUCCEEDED", "COMPLETED"]),
        # Wide: a job that was accepted first may be applied long after a later one.
        "job_seconds": dice.choice([[60.0, 180.0], [60.0, 180.0], [60.0, 6800.0]]),
        "rate_scale": dice.choice(["percent", "percent", "fraction"]),
        "duplicate_audience": dice.choice(["refuse", "refuse", "accept"]),
        "max_body_bytes": dice.choice([None, None, None, 1100]),
        # As many as Lading is told that it may send: were it faster by one, it would be throttled by its own fault.
        **dice.choice([{}, {}, {"requests_per_second": 5, "requests_burst": 5}]),
    }
