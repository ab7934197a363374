"""The loss, against the same sums written out by hand."""

from __future__ import annotations

import pytest
import torch

from training.batches import Batch
from training.loss import reader_loss

# Two rows of one question: [CLS] question passage passage padding; the first holds two accepted spans, the second none.
TYPES = torch.tensor([[0, 0, 1, 1, 0], [0, 0, 1, 1, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]])
ANSWERS = torch.tensor([(0, 2, 2), (0, 2, 3), (1, 0, 0)])
START = torch.tensor([[0.1, 9.0, 1.0, 0.5, 9.0], [0.3, 9.0, 0.2, 0.4, 0.6]])
END = torch.tensor([[0.2, 9.0, 0.7, 1.5, 9.0], [0.8, 9.0, 0.1, 0.9, 0.3]])


def batch(group: list[int]) -> Batch:
    return Batch(torch.zeros_like(TYPES), TYPES, MASK, torch.tensor(group), ANSWERS)


def logsum(*values: float) -> float:
    return float(torch.tensor(values).logsumexp(0))


def by_hand(shared_weight: float) -> float:
    gold = logsum(1.0 + 0.7, 1.0 + 1.5)
    first = gold - logsum(0.1, 1.0, 0.5) - logsum(0.2, 0.7, 1.5)
    second = 0.3 + 0.8 - logsum(0.3, 0.2, 0.4, 0.6) - logsum(0.8, 0.1, 0.9, 0.3)
    together = logsum(1.0, 0.5, 0.2, 0.4, 0.6) + logsum(0.7, 1.5, 0.1, 0.9, 0.3)
    return -(first + second) / 2 - shared_weight * (gold - together)


@pytest.mark.parametrize("shared_weight", [0.0, 0.5, 1.0])
def test_loss_of_a_group_of_two(shared_weight: float) -> None:
    assert float(reader_loss(START, END, batch([0, 0]), shared_weight)) == pytest.approx(
        by_hand(shared_weight), abs=1e-5
    )


def test_a_context_of_another_question_does_not_compete() -> None:
    apart = float(reader_loss(START, END, batch([0, 1]), 1.0))
    assert apart < float(reader_loss(START, END, batch([0, 0]), 1.0))


def test_it_falls_when_followed_downhill() -> None:
    start, end = START.clone().requires_grad_(), END.clone().requires_grad_()
    loss = reader_loss(start, end, batch([0, 0]), 0.5)
    loss.backward()  # type: ignore[no-untyped-call]
    assert start.grad is not None and end.grad is not None and bool(torch.isfinite(start.grad).all())
    with torch.no_grad():
        after = reader_loss(start - 0.1 * start.grad, end - 0.1 * end.grad, batch([0, 0]), 0.5)
    assert float(after) < float(loss.detach())
