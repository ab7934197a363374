"""The reader's loss: marginal likelihood of all accepted spans, in each context and over all contexts of a question."""

from __future__ import annotations

import torch

from training.batches import Batch


def reader_loss(start: torch.Tensor, end: torch.Tensor, batch: Batch, shared_weight: float) -> torch.Tensor:
    """Mean negative log-likelihood of `start` and `end` logits, both [R, L].

    In each row, the accepted spans (or the null span at [CLS], where there is none) compete with every token of the
    context and [CLS]. In addition, weighted by `shared_weight`, the accepted spans of a group compete with the tokens
    of all contexts of that group (shared normalisation, Clark & Gardner 2018, arXiv 1710.10723).
    """
    allowed = (batch.types == 1) & (batch.mask == 1)
    allowed[:, 0] = True
    start, end = (x.float().masked_fill(~allowed, -1e9) for x in (start, end))
    row, first, last = batch.answers.T
    raw = start[row, first] + end[row, last]  # [A]
    norm = start.logsumexp(1) + end.logsumexp(1)  # [R]
    alone = -(_grouped_logsumexp(raw, row, len(start)) - norm).mean()

    answered = first > 0
    if not bool(answered.any()):
        return alone
    groups = int(batch.group.max()) + 1
    has_span = torch.zeros(groups, dtype=torch.bool, device=start.device)
    has_span[batch.group[row[answered]]] = True
    together = sum(
        _grouped_logsumexp(x[:, 1:].logsumexp(1), batch.group, groups) for x in (start, end)
    )  # [G], without the null position: which context answers is asked, not whether one does
    gold = _grouped_logsumexp(raw[answered], batch.group[row[answered]], groups)
    return alone + shared_weight * -(gold - together)[has_span].mean()


def _grouped_logsumexp(values: torch.Tensor, group: torch.Tensor, groups: int) -> torch.Tensor:
    """Logarithm of the summed exponentials of `values` [N] in each of `groups` groups; very low where one is empty."""
    peak = torch.full((groups,), -1e9, device=values.device).scatter_reduce(0, group, values.detach(), "amax")
    total = torch.zeros(groups, device=values.device).scatter_add(0, group, (values - peak[group]).exp())
    return peak + total.clamp_min(1e-30).log()
