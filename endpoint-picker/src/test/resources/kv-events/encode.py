# Writes the .hex files beside it, with msgspec 0.22: the encoder of vLLM and SGLang, and structs of the same shape.
import pathlib
from typing import Any

import msgspec

HERE = pathlib.Path(__file__).parent


class Batch(msgspec.Struct, array_like=True, omit_defaults=True):
    ts: float
    events: list[Any]
    data_parallel_rank: int | None = None


def vllm(array_like):
    class Event(msgspec.Struct, array_like=array_like, omit_defaults=True, tag=True):
        pass

    class BlockStored(Event):
        block_hashes: list[Any]
        parent_block_hash: Any
        token_ids: list[int]
        block_size: int
        lora_id: int | None
        medium: str | None
        lora_name: str | None
        extra_keys: list[Any] | None = None
        group_idx: int | None = None
        kv_cache_spec_kind: str | None = None
        kv_cache_spec_sliding_window: int | None = None

    class BlockRemoved(Event):
        block_hashes: list[Any]
        medium: str | None
        group_idx: int | None = None

    class AllBlocksCleared(Event):
        pass

    digest = bytes(range(32))
    full, sliding = "full_attention", "sliding_window"
    prompt = [1, 2, 3, 4, 128000, 70000, 7, 8]
    return Batch(
        1789095808.5,
        [
            BlockStored([2**63 + 1, 2], None, prompt, 4, None, "GPU", None, [("salt",), None], 0, full),
            BlockStored([digest], 2, [9, 10, 11, 12], 4, 3, "GPU", "sql", [("sql",)], 0, full),
            BlockStored([77], None, [1, 2, 3, 4], 4, None, "GPU", None, None, 1, sliding, 1024),
            BlockStored([78], None, [1, 2, 3, 4], 4, None, "CPU", None),
            BlockRemoved([2, digest], "GPU", 0),
            BlockRemoved([5], "GPU", 1),
            BlockRemoved([6], "CPU"),
            AllBlocksCleared(),
        ],
        0,
    )


def sglang():
    class Event(msgspec.Struct, array_like=True, omit_defaults=True, tag=True):
        pass

    class BlockStored(Event):
        block_hashes: list[int]
        parent_block_hash: int | None
        token_ids: list[int]
        block_size: int
        lora_id: int | None

    class BlockRemoved(Event):
        block_hashes: list[int]

    return Batch(2.25, [BlockStored([-3, 4], None, [5, 6], 1, None), BlockRemoved([4])])


for name, batch in {"maps": vllm(False), "arrays": vllm(True), "sglang": sglang()}.items():
    text = msgspec.msgpack.encode(batch).hex()
    lines = [text[i : i + 96] for i in range(0, len(text), 96)]
    (HERE / f"{name}.hex").write_text("\n".join(lines) + "\n")
