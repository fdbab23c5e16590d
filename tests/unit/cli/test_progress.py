"""How far the work is."""

import io

from lading.cli.progress import Bar, Lines, Quiet, choose


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_anything_else_lines() -> None:
    assert isinstance(choose(Terminal(), {}, quiet=False, verbose=False), Bar)
    assert isinstance(choose(io.StringIO(), {}, quiet=False, verbose=False), Lines)
    assert isinstance(choose(Terminal(), {"TERM": "dumb"}, quiet=False, verbose=False), Lines)
    assert isinstance(choose(Terminal(), {}, quiet=False, verbose=True), Lines)
    assert isinstance(choose(Terminal(), {}, quiet=True, verbose=True), Quiet)


def test_lines_tell_each_tenth_once() -> None:
    stream = io.StringIO()
    lines = Lines(stream, every_step=False)
    lines.stage("sending")
    for done in range(0, 2001, 50):
        lines.advance(done, 2000, "people")
    assert stream.getvalue().splitlines()[:2] == ["sending", "sending: 200 of 2,000 people"]
    assert len(stream.getvalue().splitlines()) == 11


def test_lines_of_an_unknown_whole_become_rarer() -> None:
    stream = io.StringIO()
    lines = Lines(stream, every_step=False)
    lines.stage("reading")
    for done in range(0, 1_000_001, 50_000):
        lines.advance(done, None, "rows")
    assert stream.getvalue().splitlines() == [
        "reading", "reading: 100,000 rows", "reading: 200,000 rows", "reading: 400,000 rows", "reading: 800,000 rows",
    ]  # fmt: skip


def test_every_step_is_a_line_if_wanted() -> None:
    stream = io.StringIO()
    lines = Lines(stream, every_step=True)
    lines.stage("reading")
    lines.advance(1, None, "rows")
    lines.advance(2, None, "rows")
    assert len(stream.getvalue().splitlines()) == 3


def test_a_bar_shows_stage_and_counts_and_can_be_ended_twice() -> None:
    stream = Terminal()
    bar = Bar(stream, color=False)
    bar.stage("reading")
    bar.advance(1200, None, "rows")
    bar.stage("sending")
    bar.advance(5000, 10_000, "people")
    bar.say("audience 4711 [made]")
    bar.close()
    bar.close()
    assert "5,000 of 10,000 people" in stream.getvalue()
    assert "audience 4711 [made]" in stream.getvalue()


def test_lines_that_nobody_reads_do_not_stop_the_work() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    Lines(Gone(), every_step=True).say("x")


def test_quiet_says_nothing() -> None:
    quiet = Quiet()
    quiet.stage("reading")
    quiet.advance(1, 2, "rows")
    quiet.say("x")
    quiet.close()
