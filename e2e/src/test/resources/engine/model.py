"""Writes a model that answers nonsense, for real engines on a machine without GPUs, and adapters of it.

Usage: model.py FOLDER ADAPTER...

FOLDER/tiny has a Llama of two layers without weights, which engines make up, a tokenizer learnt from Python's own
documentation, and a chat template that reads all that templates of published models read. Each adapter changes a
lot, so that its answers are not the base model's.
"""

import json
import pathlib
import pydoc_data.topics
import sys

import tokenizers
import torch
from safetensors.torch import save_file

HIDDEN = 128
LAYERS = 2
RANK = 8
CONTEXT = 4096
SPECIAL = ["<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<think>", "</think>"]
TEMPLATE = "".join(
    (
        "{%- if tools %}<|system|>Tools: {{ tools | tojson }}</s>{% endif -%}",
        "{%- if documents %}<|system|>Documents: {{ documents | tojson }}</s>{% endif -%}",
        "{%- if reasoning_effort %}<|system|>Effort: {{ reasoning_effort }}</s>{% endif -%}",
        "{%- if persona %}<|system|>Persona: {{ persona }}</s>{% endif -%}",
        "{%- for message in messages %}<|{{ message.role }}|>{{ message.content }}</s>{% endfor -%}",
        "{%- if add_generation_prompt %}<|assistant|>",
        "{%- if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}{% endif -%}",
    )
)


def tokenizer(folder):
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE())
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=4096,
        special_tokens=SPECIAL,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(pydoc_data.topics.topics.values(), trainer)
    bpe.save(str(folder / "tokenizer.json"))
    write(
        folder / "tokenizer_config.json",
        tokenizer_class="PreTrainedTokenizerFast",
        bos_token="<s>",
        eos_token="</s>",
        model_max_length=CONTEXT,
        chat_template=TEMPLATE,
    )
    return bpe.get_vocab_size()


def base(folder):
    folder.mkdir(parents=True)
    write(
        folder / "config.json",
        architectures=["LlamaForCausalLM"],
        model_type="llama",
        vocab_size=tokenizer(folder),
        hidden_size=HIDDEN,
        intermediate_size=2 * HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=HIDDEN // 2,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-5,
        rope_theta=10000.0,
        hidden_act="silu",
        bos_token_id=0,
        eos_token_id=1,
        tie_word_embeddings=False,
        torch_dtype="bfloat16",
    )


def adapter(folder, seed):
    folder.mkdir()
    torch.manual_seed(seed)
    weights = {}
    for layer in range(LAYERS):
        for target in ("q_proj", "v_proj"):
            name = f"base_model.model.model.layers.{layer}.self_attn.{target}"
            weights[name + ".lora_A.weight"] = torch.randn(RANK, HIDDEN)
            weights[name + ".lora_B.weight"] = torch.randn(HIDDEN, RANK)
    save_file(weights, folder / "adapter_model.safetensors")
    write(
        folder / "adapter_config.json",
        peft_type="LORA",
        task_type="CAUSAL_LM",
        base_model_name_or_path="tiny",
        r=RANK,
        lora_alpha=2 * RANK,
        target_modules=["q_proj", "v_proj"],
        bias="none",
    )


def write(file, **fields):
    file.write_text(json.dumps(fields))


target = pathlib.Path(sys.argv[1])
base(target / "tiny")
for number, name in enumerate(sys.argv[2:]):
    adapter(target / name, number)
