"""A small Llama: RMS norms, interleaved rotary positions (GGUF then needs no permutation), SwiGLU, tied embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# The start of the induction circuit: what all embeddings share (others are about 0.09), and gains that let it find the
# right place in about a third of the cases.
_COMMON = 0.25
_BEFORE_GAIN = 2.6
_WRITTEN_GAIN = 0.25
_MATCH_GAIN = 1.2


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    width: int
    layers: int
    heads: int
    feed_forward: int
    context: int = 1024
    rope_base: float = 10_000.0
    epsilon: float = 1e-5


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d, f = shape.width, shape.feed_forward
        self.heads = shape.heads
        self.attn_norm = nn.RMSNorm(d, eps=shape.epsilon)
        self.attn_qkv = nn.Linear(d, 3 * d, bias=False)
        self.attn_output = nn.Linear(d, d, bias=False)
        self.ffn_norm = nn.RMSNorm(d, eps=shape.epsilon)
        self.ffn_gate_up = nn.Linear(d, 2 * f, bias=False)
        self.ffn_down = nn.Linear(f, d, bias=False)

    def forward(self, x: Tensor, rotation: Tensor, seen: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        qkv = self.attn_qkv(self.attn_norm(x)).view(batch, length, 3, self.heads, width // self.heads)
        even, odd = qkv[:, :, :2].unflatten(-1, (-1, 2)).unbind(-1)
        cosine, sine = rotation.unbind(-1)
        turned = torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1)
        q, k = turned.flatten(-2).unbind(2)
        attended = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), qkv[:, :, 2].transpose(1, 2), attn_mask=seen, is_causal=seen is None
        )
        x = x + self.attn_output(attended.transpose(1, 2).reshape(batch, length, width))
        gate, up = self.ffn_gate_up(self.ffn_norm(x)).chunk(2, dim=-1)
        return x + self.ffn_down(F.silu(gate) * up)


class Llama(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        half = shape.width // shape.heads // 2
        angles = torch.outer(
            torch.arange(shape.context).double(), shape.rope_base ** (-torch.arange(half).double() / half)
        )
        rotation = torch.stack((angles.cos(), angles.sin()), dim=-1).float()
        self.register_buffer("rotation", rotation, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        nn.init.normal_(self.token_embd.weight, std=self.shape.width**-0.5)
        residual = 0.02 / (2 * self.shape.layers) ** 0.5
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2 and name.startswith("blk."):
                into_residual = "attn_output" in name or "ffn_down" in name
                nn.init.normal_(parameter, std=residual if into_residual else self.shape.width**-0.5)
        if self.shape.layers > 1:  # The circuit needs two.
            self._wire_induction()

    @torch.no_grad()
    def _wire_induction(self) -> None:
        """Gives training the start of an induction circuit (Olsson et al. 2022): a head of the first layer that writes down
        the token before, and one of the second layer that looks for the place where what it has written down came before,
        and copies what stands there. Left to chance, the circuit had not formed after 45 M tokens (README.md)."""
        width, size = self.shape.width, self.shape.width // self.shape.heads
        before, lookup = self.blk[0], self.blk[1]
        written, read = (torch.linalg.qr(torch.randn(width, size))[0] for _ in range(2))
        # Where the first head writes nothing else stands, besides something that all tokens have in common, for that head
        # to go by positions alone.
        written[0] = 0
        embeddings = self.token_embd.weight
        embeddings -= embeddings @ written @ written.T
        embeddings[:, 0] = _COMMON
        q, k, v = before.attn_qkv.weight.view(3, width, width)[:, :size]
        # Turned back by one position: the fast rotations then agree with the token before.
        q.zero_()
        k.zero_()
        frequencies = self.shape.rope_base ** (-torch.arange(0, 8, 2) / size)
        q[0:8:2, 0] = _BEFORE_GAIN
        k[0:8:2, 0] = _BEFORE_GAIN * frequencies.cos()
        k[1:8:2, 0] = _BEFORE_GAIN * frequencies.sin()
        v.copy_(torch.linalg.qr(torch.randn(width, size))[0].T)
        before.attn_output.weight[:, :size] = _WRITTEN_GAIN * written
        # By the slow half of the rotations: the same near and far.
        q, k, v = lookup.attn_qkv.weight.view(3, width, width)[:, :size]
        for side in (q, k):
            side.zero_()
            side[size // 2 :] = _MATCH_GAIN * written.T[: size // 2]
        v.copy_(read.T)
        lookup.attn_output.weight[:, :size] = read

    def hidden(self, tokens: Tensor, positions: Tensor | None = None, endings: Tensor | None = None) -> Tensor:
        """What stands before the logits. `endings` numbers the tokens of texts that share a beginning (number 0): a token
        sees what came before it in the beginning and in its own ending, which `positions` counts through."""
        x = self.token_embd(tokens)
        if positions is None or endings is None:
            rotation, seen = self.rotation[: tokens.shape[1]], None
        else:
            rotation = self.rotation[positions]
            earlier = torch.ones(tokens.shape[1], tokens.shape[1], dtype=torch.bool, device=tokens.device).tril()
            asks, asked = endings[:, None, :, None], endings[:, None, None, :]
            seen = earlier & ((asked == 0) | (asked == asks))
        rotation = rotation[..., None, None, :, :]
        for block in self.blk:
            x = block(x, rotation, seen)
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return hidden @ self.token_embd.weight.T

    def forward(self, tokens: Tensor) -> Tensor:
        return self.logits(self.hidden(tokens))
