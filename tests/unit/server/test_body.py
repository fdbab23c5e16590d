import asyncio

import pytest

from lading.server.body import Gone, NoRoom, Room, TooLarge, TooSlow, read

SCOPE = {"headers": []}


def received(*pieces, then=None):
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]

    async def receive():
        if messages:
            return messages.pop(0)
        if then is None:
            await asyncio.sleep(3600)
        return then

    return receive


def got(receive, room=None, scope=SCOPE, most=10, seconds=5.0):
    return asyncio.run(read(scope, receive, room or Room(100), most=most, seconds=seconds))


def test_a_body_comes_in_pieces():
    room = Room(100)
    assert got(received(b"ab", b"", b"cd"), room) == b"abcd"
    assert room.held == 4


@pytest.mark.parametrize(
    ("receive", "error"),
    [
        (received(b"x" * 6, b"x" * 6), TooLarge),
        (received(b"x" * 6, b"x" * 6, b""), TooLarge),
    ],
)
def test_one_that_is_too_large_is_stopped_and_gives_its_room_back(receive, error):
    room = Room(100)
    with pytest.raises(error):
        got(receive, room)
    assert room.held == 0


def test_one_that_is_announced_as_too_large_is_not_read():
    with pytest.raises(TooLarge):
        got(None, scope={"headers": [(b"content-length", b"11")]})


def test_one_that_never_ends_is_stopped_by_time():
    receive = received(b"x", b"")
    endless = [{"type": "http.request", "body": b"", "more_body": True}]

    async def slow():
        await asyncio.sleep(0.01)
        return endless[0]

    room = Room(100)
    with pytest.raises(TooSlow):
        got(slow, room, seconds=0.05)
    assert room.held == 0
    del receive


def test_who_goes_away_is_noticed():
    async def gone():
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        got(gone)


def test_all_bodies_together_have_so_much_room():
    room = Room(5)
    assert got(received(b"abc"), room) == b"abc"
    with pytest.raises(NoRoom):
        got(received(b"abc"), room)
    assert room.held == 3
