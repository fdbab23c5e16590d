"""One dataset into two instances: a run and a result each."""

from lading.service.sync import Order, apply
from lading.service.targets import each


def two(desk):
    """The settings with a second connection, to another instance of the same account."""
    mine = next(one for one in desk.sandbox.instances if one["instanceId"] == "amcshop001")
    other = next(
        one for one in desk.sandbox.instances if one["accountId"] == mine["accountId"] and one != mine
    )
    desk.settings()
    text = (desk.folder / "lading.yaml").read_text()
    head, _, tail = text.partition("sources:")
    connection = head.partition("connections:\n")[2]
    second = connection.replace("  amazon:", "  second:", 1).replace("amcshop001", other["instanceId"])
    before, _, target = tail.partition("    to:\n")
    block = "".join(f"    {line}\n" if line else "\n" for line in target.rstrip("\n").split("\n"))
    listed = block.replace("      dataset:", "dataset:", 1)
    targets = "".join(
        f"      - {listed.lstrip().replace('connection: amazon', f'connection: {name}')}"
        for name in ("amazon", "second")
    )
    (desk.folder / "lading.yaml").write_text(f"{head}{second}sources:{before}    to:\n{targets}")
    return other["instanceId"]


def test_each_instance_has_its_run_and_its_books(desk):
    other = two(desk)
    desk.write(desk.orders(1, 4, -1))
    desk.sandbox.faults(job_failed={"at": [1]})
    with desk.parts() as parts:
        first, second = each(parts, "purchases", lambda one: apply(parts, one, Order()))
    assert [(one.sync, one.answer.state) for one in (first, second)] == [
        ("purchases/amazon", "failed"), ("purchases/second", "done"),
    ]  # fmt: skip
    assert len(desk.rows(instance=other)) == 4
    with desk.parts() as parts:
        again = each(parts, "purchases", lambda one: apply(parts, one, Order()))
    assert [(one.answer.state, one.answer.books.changed) for one in again] == [("done", 4), ("done", 0)]
    assert len(desk.rows()) == len(desk.rows(instance=other)) == 4
