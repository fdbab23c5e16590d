"""A mail server that keeps what it takes."""

import asyncio
import threading
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import UnthreadedController


class Mailbox:
    """What a mail server took."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (the server's name for it)
        self.letters.append(message_from_bytes(envelope.content))
        return "250 taken"

    def read(self):
        [letter] = self.letters
        self.letters.clear()
        [part] = [one for one in letter.walk() if one.get_content_type() == "text/plain"]
        return letter["subject"], part.get_payload(decode=True).decode()


@contextmanager
def mail_server():
    """Its address as Apprise writes it, and its mailbox."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    server = UnthreadedController(box, hostname="127.0.0.1", port=0, loop=loop)
    server.begin()
    port = server.server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"mailto://127.0.0.1:{port}?mode=insecure&from=lading@shop.example&to=team@shop.example", box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.end()
        loop.close()
