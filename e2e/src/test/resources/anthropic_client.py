"""What an application does with Anthropic's client, against a gateway. Exits with 1 and says why when anything differs.

Usage: anthropic_client.py BASE_URL BASE_MODEL PUBLISHED_ADAPTER [CASE_TO_LEAVE_OUT...]
"""

import sys

import anthropic

import client_cases

base_url, base_model, published = sys.argv[1:4]
client = anthropic.Anthropic(base_url=base_url, api_key="unused", max_retries=0, timeout=20)
hello = [{"role": "user", "content": "Hello, how are you?"}]


def message():
    answer = client.messages.create(model=base_model, messages=hello, max_tokens=8)
    assert answer.model == base_model, answer
    assert answer.content[0].text, answer
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0, answer.usage


def renamed():
    answer = client.messages.create(model=published, messages=hello, max_tokens=4)
    assert answer.model == published, answer.model


def stream():
    with client.messages.stream(model=published, messages=hello, max_tokens=12) as events:
        pieces = list(events.text_stream)
        final = events.get_final_message()
    assert len(pieces) > 3, "the answer did not come in pieces"
    assert final.model == published, final.model
    assert "".join(pieces) == final.content[0].text, final
    assert final.usage.output_tokens > 0, final.usage


def raw_events():
    events = list(client.messages.create(model=published, messages=hello, max_tokens=6, stream=True))
    assert events[0].type == "message_start" and events[0].message.model == published, events[0]
    assert events[-1].type == "message_stop", events[-1]


def system_and_blocks():
    answer = client.messages.create(
        model=base_model,
        system="You answer briefly.",
        messages=[{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
        max_tokens=4,
    )
    assert answer.content, answer


def unknown_model():
    try:
        client.messages.create(model="claude-9", messages=hello, max_tokens=4)
    except anthropic.NotFoundError as error:
        assert error.body["type"] == "error", error.body
        assert error.body["error"]["type"] == "not_found_error", error.body
        assert "claude-9" in error.body["error"]["message"], error.body
        return
    raise AssertionError("an unknown model was answered")


def bad_request():
    try:
        client.messages.create(model=base_model, messages=7, max_tokens=4)
    except anthropic.BadRequestError:
        return
    raise AssertionError("messages that are a number were answered")


def count_tokens():
    counted = client.messages.count_tokens(model=published, messages=hello)
    answer = client.messages.create(model=published, messages=hello, max_tokens=2)
    assert counted.input_tokens == answer.usage.input_tokens, (counted, answer.usage)


def request_id():
    raw = client.messages.with_raw_response.create(model=base_model, messages=hello, max_tokens=2)
    assert raw.headers.get("x-request-id"), dict(raw.headers)


client_cases.run(
    anthropic,
    (
        message,
        renamed,
        stream,
        raw_events,
        system_and_blocks,
        unknown_model,
        bad_request,
        count_tokens,
        request_id,
    ),
)
