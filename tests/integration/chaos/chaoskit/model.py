"""What an audience must hold: for each external id, the truths that are possible by the sources, the modes and what Amazon turned away.

A truth is None (no member) or the set of his identifiers at Amazon. Where the sources alone decide it there is one. There are several only
where Amazon's own doing leaves it open, and each such widening says why.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

#: There, with identifiers that nobody can tell.
SOMEHOW = "somehow"


#: Where people live of whom Amazon wants to know that they agreed.
ASKED = {"GB"}

#: An answer of Amazon's may be that much later than Lading counts a life from.
LATE = timedelta(days=4)


@dataclass(frozen=True)
class Before:
    """What an audience held before a step, so that the step can be undone."""

    #: When the step began.
    at: object
    truths: dict
    #: When everybody was added.
    added: dict
    #: Who denies in the step; who may have been heard to deny, if the step was called off.
    denied: set = field(default_factory=set)
    perhaps: set = field(default_factory=set)


class Model:
    """Truths by external id. `owed`: those who must be back after the next run that ends."""

    def __init__(self):
        #: Who was forgotten.
        self.gone = set()
        self.steps = []
        self.truths = {}
        self.owed = {}
        #: Who was named by the last run that ended, so that he must be there and not be expired.
        self.fresh = set()

    def of(self, who):
        return self.truths.get(who, frozenset({None}))

    def began(self, at, added):
        """A step begins."""
        self.steps.append(Before(at, {**self.truths, **self.owed}, added))

    def ended(self, mode, source, turned_away):
        """A run ended `done`. `turned_away`: external id -> the actions that Amazon refused him, at the last time of asking."""
        source, denied = self.heard(mode, source)
        if self.steps:
            self.steps[-1].denied.update(denied)
        self._became(lambda who, before: wanted(mode, source, denied, who, before), source, turned_away)
        if mode != "remove":
            self.fresh = source.keys() - turned_away.keys()

    def heard(self, mode, source):
        """The rows of a source that count, by external id, and who denies. Whoever is taken out need not agree to it."""
        source = {who: rows for who, rows in source.items() if who not in self.gone}
        if mode == "remove":
            return source, set()
        denied = {
            who for who, rows in source.items() if any(row.get("amzn_user_data") == "DENIED" for row in rows)
        }
        agreed = {
            who: [row for row in rows if _may_be_sent(row)]
            for who, rows in source.items()
            if who not in denied
        }
        return {who: rows for who, rows in agreed.items() if rows}, denied

    def forgot(self, people, turned_away):
        """These people were erased: as if a run had removed them, and for good."""
        nobody = frozenset({None})
        self._became(lambda who, before: nobody if who in people else before, people, turned_away)
        self.erased(people)

    def erased(self, people):
        """These people are in no audience, whatever later sources say."""
        self.gone |= people
        for who in people:
            self.truths[who] = frozenset({None})
            self.owed.pop(who, None)

    def undone(self, first, ends, turned_away):
        """All steps from the `first` on were undone. `ends`: external id -> whether his time was over by then: True, False, or None for who knows."""
        undone = self.steps[first:]
        before = undone[0]
        denied, perhaps = (
            set().union(*(getattr(one, name) for one in undone)) for name in ("denied", "perhaps")
        )

        def restored(who, _now):
            if who in self.gone or who in denied or ends.get(who):
                return frozenset({None})
            truths = before.truths.get(who, frozenset({None}))
            return truths | {None} if who in perhaps or (who in ends and ends[who] is None) else truths

        self._became(restored, (), turned_away)

    def _became(self, after_of, named, turned_away):
        self.fresh = set()
        for who in {*self.truths, *named, *turned_away}:
            before = self.owed.pop(who, self.of(who))
            after = after_of(who, before)
            self.truths[who] = after
            if who in turned_away:
                self._turned_away(who, before, after, turned_away[who])

    def _turned_away(self, who, before, after, actions):
        # One of two attempts may have been taken: the books say refused, and only Amazon knows.
        self.truths[who] = before | after
        if "CREATE" in actions:
            # His old entry may have been deleted for the update whose second half was refused, or with another's removal.
            self.truths[who] |= {None}
        if "DELETE" in actions:
            # Identifiers that he lost may have stayed, beside the new ones.
            self.truths[who] |= {SOMEHOW} if after != {None} else set()
        if after == before:
            # Nothing was to change for him: whoever a removal of somebody else took along comes back with the next run.
            self.owed[who] = before

    def called_off(self, mode, source, turned_away):
        """A run was cancelled after something was sent: its changes happened, or did not."""
        source, denied = self.heard(mode, source)
        if self.steps:
            self.steps[-1].perhaps.update(denied)
        self.fresh = set()
        for who in {*self.truths, *source}:
            before = self.owed.pop(who, self.of(who))
            after = wanted(mode, source, denied, who, before)
            # Between a removal and an addition that was to follow it nobody is there.
            self.truths[who] = before | after | {None}
            if "DELETE" in turned_away.get(who, ()):
                self.truths[who] |= {SOMEHOW}
            if None not in before | after and who not in turned_away:
                # A member who was to stay one: the next run brings him back.
                self.owed[who] = before | after


def _may_be_sent(row):
    return row.get("country") not in ASKED or row.get("amzn_user_data") == "GRANTED"


def wanted(mode, source, denied, who, before):
    """What the mode makes of a person."""
    if who in denied:
        return frozenset({None})
    named = who in source
    if mode == "remove":
        return frozenset({None}) if named else before
    if named:
        return frozenset({identifiers(source[who])})
    return frozenset({None}) if mode == "mirror" else before


def identifiers(rows):
    """The e-mails and telephones of a customer's rows, as Amazon gets them."""
    return frozenset(
        (kind, hashed(kind, row[kind])) for row in rows for kind in ("email", "phone") if row[kind]
    )


def hashed(kind, value):
    plain = value.strip().lower() if kind == "email" else _phone(value)
    return sha256(plain.encode()).hexdigest()


def _phone(value):
    digits = "".join(filter(str.isdigit, value))
    return digits if len(digits) > 10 else f"1{digits}"
