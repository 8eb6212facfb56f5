"""What an application does with the official client, against a gateway. Exits with 1 and says why when anything differs.

Usage: openai_client.py BASE_URL BASE_MODEL PUBLISHED_ADAPTER [CASE_TO_LEAVE_OUT...]
"""

import sys

import openai

import client_cases

base_url, base_model, published = sys.argv[1:4]
client = openai.OpenAI(base_url=base_url, api_key="unused", max_retries=0, timeout=20)
hello = [{"role": "user", "content": "Hello, how are you?"}]


def chat():
    answer = client.chat.completions.create(model=base_model, messages=hello, max_tokens=8, extra_body={"ignore_eos": True})
    assert answer.model == base_model, answer
    assert answer.choices[0].message.content, answer
    assert answer.usage.completion_tokens == 8, answer.usage
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 8, answer.usage


def chat_stream():
    chunks = list(
        client.chat.completions.create(
            model=base_model,
            messages=hello,
            max_tokens=12,
            stream=True,
            stream_options={"include_usage": True},
            extra_body={"ignore_eos": True},
        )
    )
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text, chunks
    assert len([c for c in chunks if c.choices and c.choices[0].delta.content]) > 3, "the answer did not come in pieces"
    assert chunks[-1].usage.completion_tokens == 12, chunks[-1]
    assert all(c.model == base_model for c in chunks), {c.model for c in chunks}


def chat_stream_without_usage():
    chunks = list(client.chat.completions.create(model=base_model, messages=hello, max_tokens=4, stream=True))
    assert chunks and all(c.usage is None for c in chunks), chunks[-1]


def renamed():
    answer = client.chat.completions.create(model=published, messages=hello, max_tokens=4)
    assert answer.model == published, answer.model
    chunks = list(client.chat.completions.create(model=published, messages=hello, max_tokens=6, stream=True))
    assert {c.model for c in chunks} == {published}, {c.model for c in chunks}


def completions():
    answer = client.completions.create(model=base_model, prompt="Once upon a time", max_tokens=5, extra_body={"ignore_eos": True})
    assert answer.usage.completion_tokens == 5, answer.usage
    pieces = list(client.completions.create(model=published, prompt="Once", max_tokens=5, stream=True))
    assert {p.model for p in pieces} == {published}, {p.model for p in pieces}


def embeddings():
    answer = client.embeddings.create(model=base_model, input="a sentence", encoding_format="float")
    assert len(answer.data[0].embedding) > 1, answer
    assert answer.model == base_model, answer.model


def models():
    names = [model.id for model in client.models.list()]
    assert base_model in names, names


def responses():
    answer = client.responses.create(model=published, input="Hello", max_output_tokens=6)
    assert answer.model == published, answer.model
    assert answer.output_text, answer
    events = list(client.responses.create(model=published, input="Hello", max_output_tokens=6, stream=True))
    assert events[-1].type in ("response.completed", "response.incomplete"), events[-1].type
    assert events[-1].response.model == published, events[-1].response.model


def unknown_model():
    try:
        client.chat.completions.create(model="gpt-9", messages=hello)
    except openai.NotFoundError as error:
        assert error.code == "model_not_found" and error.param == "model", error.body
        assert error.type == "invalid_request_error", error.body
        assert "gpt-9" in error.message and published in error.message, error.message
        return
    raise AssertionError("an unknown model was answered")


def bad_request():
    try:
        client.chat.completions.create(model=base_model, messages=hello, max_tokens=-1)
    except openai.BadRequestError:
        pass
    else:
        raise AssertionError("a limit of -1 tokens was answered")
    try:
        client.chat.completions.create(model=base_model, messages=7)
    except openai.BadRequestError:
        return
    raise AssertionError("messages that are a number were answered")


def request_id():
    raw = client.chat.completions.with_raw_response.create(model=base_model, messages=hello, max_tokens=2)
    assert raw.headers.get("x-request-id"), dict(raw.headers)
    assert raw.parse()._request_id == raw.headers["x-request-id"]


def concurrent_streams():
    streams = [
        client.chat.completions.create(model=base_model, messages=hello, max_tokens=20, stream=True) for _ in range(8)
    ]
    assert all(list(stream)[-1].choices[0].finish_reason for stream in streams)


client_cases.run(
    openai,
    (
        chat,
        chat_stream,
        chat_stream_without_usage,
        renamed,
        completions,
        embeddings,
        models,
        responses,
        unknown_model,
        bad_request,
        request_id,
        concurrent_streams,
    ),
)
