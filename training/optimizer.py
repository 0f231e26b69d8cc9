"""Muon for the matrices inside the blocks, AdamW for embeddings and norms, under one schedule."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import torch
import torch.distributed as workers
from torch import Tensor, nn

MOMENTUM = 0.95
# Quintic Newton-Schulz iteration of K. Jordan's Muon: pushes all singular values towards 1.
_A, _B, _C = 3.4445, -4.7750, 2.0315
_ITERATIONS = 5


def _orthogonalise(gradients: Tensor) -> Tensor:
    """The nearest semi-orthogonal matrices, for a stack of matrices."""
    x = gradients / (gradients.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    return x.mT if tall else x


class Optimizer:
    """Steps all parameters; rates are scaled by the schedule's factor for the step."""

    def __init__(self, model: nn.Module, *, matrix_rate: float, other_rate: float, decay: float) -> None:
        self._worker = workers.get_rank() if workers.is_initialized() else 0
        self._workers = workers.get_world_size() if workers.is_initialized() else 1
        self._matrix_rate = matrix_rate
        self._other_rate = other_rate
        self._decay = decay
        self._groups: dict[tuple[int, int], list[nn.Parameter]] = defaultdict(list)
        others = []
        for name, parameter in model.named_parameters():
            if parameter.ndim == 2 and name.startswith("blk."):
                # Fused projections are several matrices: each is made orthogonal by itself.
                rows, columns = parameter.shape
                self._groups[(rows, columns)].append(parameter)
            else:
                others.append(parameter)
        self._parts = {
            (rows, columns): max(1, round(rows / columns)) if rows % columns == 0 else 1
            for rows, columns in self._groups
        }
        self._momenta = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self._groups.items()
        }
        self._adam = torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)

    @torch.no_grad()
    def step(self, factor: float) -> None:
        for (rows, columns), group in self._groups.items():
            gradients = torch.stack([p.grad for p in group if p.grad is not None])
            momentum = self._momenta[(rows, columns)]
            momentum.lerp_(gradients, 1 - MOMENTUM)
            nesterov = gradients.lerp(momentum, MOMENTUM)
            parts = self._parts[(rows, columns)]
            update = self._orthogonalised(nesterov.view(-1, rows // parts, columns)).view(-1, rows, columns)
            rate = self._matrix_rate * factor
            scale = math.sqrt(max(1.0, rows / parts / columns))
            for parameter, change in zip(group, update, strict=True):
                parameter.mul_(1 - rate * self._decay)
                parameter.add_(change, alpha=-rate * scale)
        for settings in self._adam.param_groups:
            settings["lr"] = self._other_rate * factor
        self._adam.step()
        self._adam.zero_grad()
        for group in self._groups.values():
            for parameter in group:
                parameter.grad = None

    def _orthogonalised(self, matrices: Tensor) -> Tensor:
        """Each worker takes its share of the matrices; all end with all of them."""
        if self._workers == 1:
            return _orthogonalise(matrices)
        share = slice(self._worker, None, self._workers)
        done = torch.zeros_like(matrices)
        done[share] = _orthogonalise(matrices[share])
        workers.all_reduce(done)
        return done

    def state(self) -> dict[str, object]:
        return {"momenta": list(self._momenta.values()), "adam": self._adam.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        for momentum, kept in zip(self._momenta.values(), state["momenta"], strict=True):
            momentum.copy_(kept)
        self._adam.load_state_dict(state["adam"])
