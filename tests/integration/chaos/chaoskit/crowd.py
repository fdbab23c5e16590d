"""Customers as they come, change, go and come back, and share identifiers: the source of each day.

Two ids that reach one person always have an identifier in common: no client could know otherwise that they are the same
(contract 13, 59).
"""

#: Where a customer stands decides what may happen to him.
SLOTS = 12
#: Two people of one household, with one e-mail between them.
HOUSEHOLD = {6, 7}
#: Two ids of one person, whose telephone stays.
DOUBLES = {8: 8, 9: 9, 10: 8, 11: 9}
#: Customers of whom a second row may be known.
LONG = {0, 1, 2}


#: Who lives where Amazon asks for consent, in histories of consent, and who is asked for it all the same.
ABROAD, ASKED = {1, 3, 5}, {4}


class Crowd:
    """What the shop knows from day to day. `asking`: a dice for what people say of consent, in histories of it."""

    def __init__(self, dice, people, asking=None):
        self.asking, self.said = asking, {}
        self.dice = dice
        self.people = people
        self.household = people[-1]["email"]
        self.now = {}

    def move(self):
        """The source of the next day: external id -> its rows, each a dict of columns."""
        for slot in range(SLOTS):
            self._move(f"c-{slot}", slot)
        return {key: self._heard(key, rows) for key, rows in sorted(self.now.items())}

    def _heard(self, key, rows):
        """His rows with what he says of consent today; of several rows each may say something else."""
        slot = int(key.partition("-")[2])
        if self.asking is None or slot not in ABROAD | ASKED:
            return list(rows)
        words = ["GRANTED", "GRANTED", "GRANTED", "DENIED", ""] if slot in ABROAD else ["", "", "DENIED"]
        if key not in self.said or self.asking.random() < 0.6:
            self.said[key] = self.asking.choice(words)
        country = {"country": "GB"} if slot in ABROAD else {}
        found = [{**row, **country, "amzn_user_data": self.said[key]} for row in rows]
        if len(found) > 1 and self.asking.random() < 0.5:
            found[-1]["amzn_user_data"] = self.asking.choice(words)
        return found

    def leave(self, count):
        """So many of today's are named, and gone tomorrow."""
        named = self.dice.sample(sorted(self.now), min(len(self.now), count))
        return {key: self.now.pop(key) for key in sorted(named)}

    def _move(self, key, slot):
        chance = self.dice.random()
        if key not in self.now:
            if chance < 0.6:
                self.now[key] = self._rows(slot)
        elif chance < 0.25:
            del self.now[key]
        elif chance < 0.55:
            self.now[key] = self._rows(slot)

    def _rows(self, slot):
        """What is known of a customer today."""
        dice, person = self.dice, self.people[DOUBLES.get(slot, slot)]
        row = {name: person[name] for name in ("email", "phone", "first_name", "last_name")}
        if slot in DOUBLES:
            row["email"] = dice.choice([person["email"], f"new{dice.randrange(3)}-{slot}@shop.example", ""])
        elif slot in HOUSEHOLD:
            row["email"] = dice.choice([self.household, self.household, f"own-{slot}@shop.example"])
        else:
            loses = dice.choice(["", "", "email", "phone", "other"])
            if loses == "other":
                row["email"] = f"new{dice.randrange(3)}-{slot}@shop.example"
            elif loses:
                row[loses] = ""
        if slot in LONG and dice.random() < 0.5:
            return [row, {**row, "email": f"second{dice.randrange(2)}-{slot}@shop.example", "phone": ""}]
        return [row]
