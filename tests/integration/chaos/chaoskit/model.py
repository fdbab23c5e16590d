"""What an audience must hold: for each external id, the truths that are possible by the sources, the modes and what Amazon turned away.

A truth is None (no member) or the set of his identifiers at Amazon. Where the sources alone decide it there is one. There are several only
where Amazon's own doing leaves it open, and each such widening says why.
"""

from hashlib import sha256

#: There, with identifiers that nobody can tell.
SOMEHOW = "somehow"


class Model:
    """Truths by external id. `owed`: those who must be back after the next run that ends."""

    def __init__(self):
        self.truths = {}
        self.owed = {}
        #: Who was named by the last run that ended, so that he must be there and not be expired.
        self.fresh = set()

    def of(self, who):
        return self.truths.get(who, frozenset({None}))

    def ended(self, mode, source, turned_away):
        """A run ended `done`. `turned_away`: external id -> the actions that Amazon refused him, at the last time of asking."""
        self.fresh = set()
        for who in {*self.truths, *source, *turned_away}:
            before = self.owed.pop(who, self.of(who))
            after = wanted(mode, source, who, before)
            self.truths[who] = after
            if who in turned_away:
                self._turned_away(who, before, after, turned_away[who])
            elif mode != "remove" and who in source:
                self.fresh.add(who)

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
        self.fresh = set()
        for who in {*self.truths, *source}:
            before = self.owed.pop(who, self.of(who))
            after = wanted(mode, source, who, before)
            # Between a removal and an addition that was to follow it nobody is there.
            self.truths[who] = before | after | {None}
            if "DELETE" in turned_away.get(who, ()):
                self.truths[who] |= {SOMEHOW}
            if None not in before | after and who not in turned_away:
                # A member who was to stay one: the next run brings him back.
                self.owed[who] = before | after


def wanted(mode, source, who, before):
    """What the mode makes of a person."""
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
