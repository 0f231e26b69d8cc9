"""Writes and reads the GGUF file: Llama architecture, GPT-2 byte-level BPE, matrices as Q8_0 or F32."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model import Llama, Shape
from tokenizer import END, Tokenizer

_ALIGNMENT = 32
_UINT32, _FLOAT32, _BOOL, _STRING, _ARRAY, _INT32 = 4, 6, 7, 8, 9, 5
_F32, _Q8_0 = 0, 8
_FILE_TYPES = {_F32: 0, _Q8_0: 7}
_BLOCK = 32
# Kinds of vocabulary entries.
_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4

Array = NDArray[np.float32]
Value = str | bool | int | float | list[str] | list[int]


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<IB", _BOOL, value)
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _text(value)
    if isinstance(value, int):
        return struct.pack("<II", _UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", _FLOAT32, value)
    strings = [item for item in value if isinstance(item, str)]
    if strings:
        return struct.pack("<IIQ", _ARRAY, _STRING, len(strings)) + b"".join(map(_text, strings))
    return struct.pack(f"<IIQ{len(value)}i", _ARRAY, _INT32, len(value), *value)


def quantise(matrix: Array) -> bytes:
    """Q8_0: per 32 numbers a float16 scale and 32 int8, rounded half away from zero as ggml does."""
    blocks = matrix.reshape(-1, _BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    numbers = np.trunc(scaled + np.copysign(np.float32(0.5), scaled)).astype(np.int8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("numbers", "i1", _BLOCK)])
    packed["scale"] = scale[:, 0]
    packed["numbers"] = numbers
    return packed.tobytes()


def tensors_of(model: Llama) -> dict[str, Array]:
    """Weights by their GGUF names; fused projections are taken apart."""
    found: dict[str, Array] = {}
    width, feed_forward = model.shape.width, model.shape.feed_forward
    for name, parameter in model.state_dict().items():
        array = parameter.detach().float().numpy()
        if name.endswith("attn_qkv.weight"):
            for part, which in enumerate("qkv"):
                found[name.replace("attn_qkv", f"attn_{which}")] = array[part * width : (part + 1) * width]
        elif name.endswith("ffn_gate_up.weight"):
            found[name.replace("gate_up", "gate")] = array[:feed_forward]
            found[name.replace("gate_up", "up")] = array[feed_forward:]
        else:
            found[name] = array
    return found


def metadata_of(shape: Shape, tokenizer: Tokenizer, description: Mapping[str, str], file_type: int) -> dict[str, Value]:
    phrases = len(tokenizer.phrases)
    others = len(tokenizer.tokens) - 1 - phrases
    end = tokenizer.ids[END]
    return {
        "general.architecture": "llama",
        **description,
        "general.file_type": file_type,
        "llama.context_length": shape.context,
        "llama.embedding_length": shape.width,
        "llama.block_count": shape.layers,
        "llama.feed_forward_length": shape.feed_forward,
        "llama.attention.head_count": shape.heads,
        "llama.attention.head_count_kv": shape.heads,
        "llama.attention.layer_norm_rms_epsilon": shape.epsilon,
        "llama.rope.dimension_count": shape.width // shape.heads,
        "llama.rope.freq_base": shape.rope_base,
        "llama.vocab_size": shape.vocabulary,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokenizer.tokens,
        "tokenizer.ggml.token_type": [_CONTROL] + [_USER_DEFINED] * phrases + [_NORMAL] * others,
        "tokenizer.ggml.merges": [f"{left} {right}" for left, right in tokenizer.merges],
        "tokenizer.ggml.bos_token_id": end,
        "tokenizer.ggml.eos_token_id": end,
        "tokenizer.ggml.add_bos_token": False,
    }


def write(path: Path, model: Llama, tokenizer: Tokenizer, description: Mapping[str, str], *, quantised: bool) -> None:
    """Writes the model; norms stay F32, matrices are Q8_0 where `quantised`. The keys of `description` are GGUF's."""
    matrix_type = _Q8_0 if quantised else _F32
    header = b""
    data = b""
    tensors = tensors_of(model)
    for name, array in tensors.items():
        kind = matrix_type if array.ndim == 2 else _F32
        header += _text(name) + struct.pack("<I", array.ndim)
        header += struct.pack(f"<{array.ndim}Q", *reversed(array.shape)) + struct.pack("<IQ", kind, len(data))
        data += quantise(array) if kind == _Q8_0 else array.astype("<f4").tobytes()
        data += bytes(-len(data) % _ALIGNMENT)
    metadata = metadata_of(model.shape, tokenizer, description, _FILE_TYPES[matrix_type])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(_text(key) + _value(value) for key, value in metadata.items()) + header
    path.write_bytes(head + bytes(-len(head) % _ALIGNMENT) + data)


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def read(self, form: str) -> tuple[int | float | bool, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def integer(self, form: str) -> int:
        return int(self.read(form)[0])

    def text(self) -> str:
        length = self.integer("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def value(self, kind: int) -> Value:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            element, count = self.integer("I"), self.integer("Q")
            if element == _STRING:
                return [self.text() for _ in range(count)]
            return [int(number) for number in self.read(f"{count}i")]
        return self.read({_UINT32: "I", _FLOAT32: "f", _BOOL: "?", _INT32: "i"}[kind])[0]


def read(path: Path) -> tuple[dict[str, Value], dict[str, Array]]:
    """Reads a file as `write` makes them: metadata and tensors as float32."""
    cursor = _Cursor(path.read_bytes())
    if cursor.data[:4] != b"GGUF":
        raise ValueError(f"{path} is no GGUF file")
    cursor.at = 8
    tensor_count, key_count = cursor.integer("Q"), cursor.integer("Q")
    metadata = {}
    for _ in range(key_count):
        key = cursor.text()
        metadata[key] = cursor.value(cursor.integer("I"))
    entries = []
    for _ in range(tensor_count):
        name = cursor.text()
        shape = [int(size) for size in cursor.read(f"{cursor.integer('I')}Q")][::-1]
        entries.append((name, shape, cursor.integer("I"), cursor.integer("Q")))
    start = cursor.at + -cursor.at % _ALIGNMENT
    tensors: dict[str, Array] = {}
    for name, shape, kind, offset in entries:
        count = int(np.prod(shape))
        if kind == _F32:
            array = np.frombuffer(cursor.data, "<f4", count, start + offset)
        else:
            packed = np.dtype([("scale", "<f2"), ("numbers", "i1", _BLOCK)])
            blocks = np.frombuffer(cursor.data, packed, count // _BLOCK, start + offset)
            array = blocks["numbers"].astype(np.float32) * blocks["scale"].astype(np.float32)[:, None]
        tensors[name] = array.reshape(shape).astype(np.float32)
    return metadata, tensors


def tokenizer_of(path: Path) -> Tokenizer:
    """The tokenizer that a file holds."""
    metadata, _ = read(path)
    tokens, types, merges = (metadata[f"tokenizer.ggml.{key}"] for key in ("tokens", "token_type", "merges"))
    if not (isinstance(tokens, list) and isinstance(types, list) and isinstance(merges, list)):
        raise ValueError(f"{path} has no vocabulary")
    phrases = [str(token) for token, kind in zip(tokens, types, strict=True) if kind == _USER_DEFINED]
    pairs = [str(merge).split(" ") for merge in merges]
    tokenizer = Tokenizer(phrases, [(left, right) for left, right in pairs])
    if tokenizer.tokens != tokens:
        raise ValueError(f"{path}: its vocabulary is ordered otherwise than this tokenizer's")
    return tokenizer


def load(path: Path) -> Llama:
    """The model of a file, its weights as the file rounds them."""
    metadata, tensors = read(path)

    def number(key: str) -> float:
        value = metadata[f"llama.{key}"]
        if not isinstance(value, int | float):
            raise ValueError(f"{path}: llama.{key} is no number")
        return value

    shape = Shape(
        vocabulary=len(tensors["token_embd.weight"]),
        width=int(number("embedding_length")),
        layers=int(number("block_count")),
        heads=int(number("attention.head_count")),
        feed_forward=int(number("feed_forward_length")),
        context=int(number("context_length")),
        rope_base=number("rope.freq_base"),
        epsilon=number("attention.layer_norm_rms_epsilon"),
    )
    state: dict[str, torch.Tensor] = {}
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        qkv = [tensors.pop(f"{block}attn_{which}.weight") for which in "qkv"]
        gate_up = [tensors.pop(f"{block}ffn_{which}.weight") for which in ("gate", "up")]
        state[f"{block}attn_qkv.weight"] = torch.from_numpy(np.concatenate(qkv))
        state[f"{block}ffn_gate_up.weight"] = torch.from_numpy(np.concatenate(gate_up))
    state |= {name: torch.from_numpy(array) for name, array in tensors.items()}
    model = Llama(shape)
    model.load_state_dict(state)
    return model
