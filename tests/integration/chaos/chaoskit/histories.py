"""Histories drawn by a seed: who stands in the source at each step, what goes wrong then, and how Amazon reads what it never wrote."""

import random
from dataclasses import dataclass, field, replace

#: Ways in which an answer is lost: Amazon may or may not have acted.
LOST = ("timeout_before", "timeout_after", "disconnect")

#: Ways in which Amazon itself turns people away.
REFUSING = ("refuse_records", "job_failed", "job_partial")

#: A lost job may act for two hours, as Lading assumes (durability.md); the sandbox may be as slow as that, and no slower.
SLOW = (100, 300)

#: So slow that a job counts as stuck.
STUCK = (100_000, 300_000)

#: A night that is slow for the first try alone: what was sent then is applied after all that comes later.
BRIEF = 6_600


@dataclass(frozen=True)
class Step:
    """One nightly command: the source as it stands then, the mode, and what happens on the way."""

    mode: str
    #: External id -> its rows, each a dict of columns.
    source: dict
    faults: dict
    #: The process falls when it reaches so many moments, or the moment of that name: the first try, the second...
    crashes: tuple
    #: Hours that pass afterwards.
    hours: int
    #: Another process takes the run over when the first try has reached so many commits; 0: none does.
    overtaken: int = 0


@dataclass(frozen=True)
class History:
    seed: int
    target: str
    policy: dict
    steps: tuple
    people: tuple = field(repr=False)


def draw(seed, people, longest=4):
    """The history of this seed, for `people` of the sandbox whose e-mails and telephones are theirs alone."""
    dice = random.Random(f"chaos {seed}")
    people = dice.sample(people, 16)
    kind = dice.choice(["mirror", "mirror", "upsert", "add", "remove"])
    crowd = _Crowd(dice, people)
    steps = tuple(
        _step(dice, crowd, kind, number) for number in range(min(longest, dice.choice([2, 3, 3, 4])))
    )
    policy = {
        "update": dice.choice(["union", "replace"]),
        "delete": dice.choice(["user", "user", "entry"]),
        "job_order": dice.choice(["shuffled", "shuffled", "fifo"]),
        "job_done_state": dice.choice(["SUCCEEDED", "SUCCEEDED", "COMPLETED"]),
        # Wide: a job that was accepted first may be applied long after a later one.
        "job_seconds": dice.choice([[60.0, 180.0], [60.0, 6800.0]]),
        "rate_scale": dice.choice(["percent", "percent", "fraction"]),
    }
    if policy["job_seconds"][1] < 200:
        steps = tuple(_slower(dice, step) for step in steps)
    return History(seed, dice.choice(["AMC_AND_DSP", "AMC_AND_DSP", "AMC", "DSP"]), policy, steps, people)


def _slower(dice, step):
    """Where jobs are quick, a slow night may be as slow as a lost job is given time."""
    if 0 < step.faults.get("slow_jobs_seconds", 0) <= max(SLOW):
        return replace(step, faults={**step.faults, "slow_jobs_seconds": dice.choice([600, 5000, 6900])})
    return step


class _Crowd:
    """Customers as they come, change and go. Two ids that reach one person always have an identifier in common: no client
    could know otherwise that they are the same (contract 13, 59)."""

    def __init__(self, dice, people):
        self.dice = dice
        self.people = people
        self.household = people[-1]["email"]
        self.now = {}

    def move(self):
        """The source of the next day."""
        for slot in range(12):
            self._move(slot)
        return {key: list(rows) for key, rows in sorted(self.now.items())}

    def _move(self, slot):
        key, chance = f"c-{slot}", self.dice.random()
        if key not in self.now:
            if chance < 0.6:
                self.now[key] = self._rows(slot)
        elif chance < 0.25:
            del self.now[key]
        elif chance < 0.55:
            self.now[key] = self._rows(slot)

    def _rows(self, slot):
        """What is known of a customer today."""
        dice, person = self.dice, self.people[slot - 2 if slot in {10, 11} else slot]
        row = {
            "email": person["email"],
            "phone": person["phone"],
            "first_name": person["first_name"],
            "last_name": person["last_name"],
        }
        if slot in {8, 9, 10, 11}:  # one person under two ids: the telephone stays
            row["email"] = dice.choice([person["email"], f"new{dice.randrange(3)}-{slot}@shop.example", ""])
        elif slot in {6, 7}:  # a household with one e-mail
            row["email"] = dice.choice([self.household, self.household, f"own-{slot}@shop.example"])
        else:
            loses = dice.choice(["", "", "email", "phone", "other"])
            if loses == "other":
                row["email"] = f"new{dice.randrange(3)}-{slot}@shop.example"
            elif loses:
                row[loses] = ""
        rows = [row]
        if slot in {0, 1, 2} and dice.random() < 0.5:
            rows.append({**row, "email": f"second{dice.randrange(2)}-{slot}@shop.example", "phone": ""})
        return rows


def _step(dice, crowd, kind, number):
    mode = kind
    source = crowd.move()
    if kind == "remove":
        mode = "add" if number == 0 else dice.choice(["remove", "remove", "add"])
    if mode == "remove":
        named = dice.sample(sorted(source), min(len(source), dice.randrange(1, 5)))
        source = {key: source[key] for key in named}
        for key in named:
            crowd.now.pop(key)
    faults = _faults(dice)
    patient = faults.get("slow_jobs_seconds", 0) in STUCK
    crashes = () if patient else tuple(dice.randrange(1, 110) for _ in range(dice.choice([0, 1, 1, 2, 3])))
    return Step(
        mode,
        source,
        faults,
        crashes,
        dice.choice([0, 0, 1, 26]),
        dice.choice([0, 0, 0, dice.randrange(1, 20)]),
    )


def _faults(dice):
    found = {"seed": dice.randrange(1_000_000)}
    for name in dice.sample(sorted(_FAULTS), dice.choice([0, 1, 2, 3])):
        found[name] = _FAULTS[name](dice)
    if dice.random() < 0.06:
        found = {name: value for name, value in found.items() if name not in LOST}
        found["slow_jobs_seconds"] = dice.choice(STUCK)
    return found


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
