"""The end of a job, line by line as Treasure Data writes it."""

import re
from datetime import UTC, datetime, timedelta, timezone

from lading.dialects.treasure_data.log import JobEnd, line, lines

AT = datetime(2024, 5, 29, 4, 40, 12, 80_000, tzinfo=UTC)
END = JobEnd(
    job="2167618832",
    records=38,
    skipped=0,
    batches=1,
    completed=1,
    invalid=0,
    audience_id="361054992504331",
    incremental=True,
)
#: The documentation's sample, its lines parted and its moments made one.
GOLDEN = """\
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): ************* REPORT *************
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Total records: 38
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Total batches: 1
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Total skipped records: 0
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): ************* UPLOAD STATUS *************
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Total completed batches: 1/1
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Total uploaded records but invalid: 0
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): ************* AUDIENCE INFO *************
2024-05-29 04:40:12.080 +0000 [INFO] (0035:task-0000): Audience ID: 361054992504331
2024-05-29 04:40:12.080 +0000 [INFO] (0001:transaction): {done:  1 / 1, running: 0}
2024-05-29 04:40:12.080 +0000 [INFO] (0001:transaction): Incremental job, setting last_path to [job_2167618832_result]
2024-05-29 04:40:12.080 +0000 [INFO] (pool-10-thread-1): Saving all buffers
2024-05-29 04:40:12.080 +0000 [INFO] (pool-10-thread-1): Closing buffers
2024-05-29 04:40:12.080 +0000 [INFO] (main): Stopped sending metrics
"""


def test_the_sample_of_the_documentation():
    assert "".join(f"{one}\n" for one in lines(END, AT)) == GOLDEN


def test_every_line_has_the_shape():
    shape = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d{4} \[[A-Z]+\] \([\w:-]+\): .+")
    later = AT.astimezone(timezone(timedelta(hours=2)))
    assert all(shape.fullmatch(one) for one in lines(END, later))
    assert line("x", later, thread="main", level="WARN") == "2024-05-29 04:40:12.080 +0000 [WARN] (main): x"
