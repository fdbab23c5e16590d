"""Whatever a program asks, and whatever is sent as an event: a clear answer, no bug, and nothing left in clear."""

import schemathesis
from api import served_api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: A few of each address: what is drawn is refused at the first field, mostly.
FEW = settings(
    max_examples=2, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
SOME = settings(FEW, max_examples=20)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
#: Events that are nearly right.
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "identify"]) | JSON,
        "event": st.sampled_from(["Audience Entered", "Audience Exited"]) | JSON,
        "userId": st.sampled_from(["u-1", "u 1", ""]) | JSON,
        "messageId": JSON,
        "timestamp": st.sampled_from(
            ["2026-01-05T07:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
        )
        | JSON,
        "properties": st.just({"audience_key": "vips", "vips": True, "email": "jane@example.com", "tcf": "C"})
        | JSON,
        "traits": st.just({"vips": False}) | JSON,
        "context": st.just({"traits": {"email": "jane@example.com"}, "personas": {"audience_settings": 7}})
        | JSON,
        "integrations": JSON,
    },
)


def test_whatever_is_asked_the_answer_is_clear(desk):
    desk.settings(
        ("syncs:\n", "  engage: {type: segment}\nsyncs:\n"), add="server: {requests_per_second: 10000}\n"
    )
    desk.write(desk.people(3))
    with served_api(desk, "--no-worker") as api:
        schema = schemathesis.openapi.from_dict(api.ask("GET", "/openapi.json").json())
        for found in schema.get_all_operations():
            operation = found.ok()

            @FEW
            @given(case=operation.as_strategy())
            def ask(case):
                answer = case.call(
                    base_url=api.url, headers={"Authorization": f"Bearer {api.key}"}, timeout=60
                )
                assert answer.status_code != 500, (case.path, answer.text)
                if answer.headers.get("Content-Type") == "application/json":
                    assert set(answer.json()) & {"data", "problems", "openapi"}

            ask()
        code, lines = api.end()
    assert code == 0
    assert [line for line in lines if line["event"] == "bug"] == []


def test_whatever_comes_as_an_event_is_answered_one_by_one(desk):
    desk.settings(
        ("syncs:\n", "  engage: {type: segment}\nsyncs:\n"),
        add="  vips: {from: {source: engage, audience: vips}, to: {audience: {connection: amazon, name: Very important}}}\n"
        "server: {requests_per_second: 10000}\n",
    )
    with served_api(desk, "--no-worker", role="events") as api:

        @SOME
        @given(st.lists(NEARLY | JSON, max_size=8))
        def send(events):
            answer = api.ask("POST", "/v1/segment/engage", json=events)
            assert answer.status_code == 200, answer.text
            results = answer.json()["data"]["results"]
            assert len(results) == len(events)
            assert {one["status"] for one in results} <= {200, 400}
            assert all(one["code"] for one in results)

        @SOME
        @given(st.binary(max_size=40))
        def garbage(body):
            answer = api.ask("POST", "/v1/segment/engage", data=body)
            assert answer.status_code in {200, 400}, answer.text

        send()
        garbage()
        deep = api.ask("POST", "/v1/segment/engage", data=b"[" * 100_000)
        assert deep.status_code == 400
        code, lines = api.end()
    assert code == 0
    assert [line for line in lines if line["event"] == "bug"] == []
    kept = (
        b"".join(path.read_bytes() for path in desk.home.rglob("*") if path.is_file()) + str(lines).encode()
    )
    assert b"jane@example.com" not in kept
