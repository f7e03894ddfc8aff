"""A pre-norm GPT as PyTorch users write it: the framework that most published memory formulas were written for.

Every part of the forward pass runs inside `component(...)`, so that what autograd saves can be booked under a name.
Shapes: B batch.size, S batch.sequenceLength, H model.hiddenSize, a model.heads, F model.feedForwardSize, V model.vocabularySize.
"""
import contextlib
import math

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

_open = [("outside", None)]


@contextlib.contextmanager
def component(name, layer=None):
    """Inside, `current_component()` is this name, and the layer of the enclosing one where none is given."""
    _open.append((name, _open[-1][1] if layer is None else layer))
    try:
        yield
    finally:
        _open.pop()


def current_component():
    """(name, layer); the layer is None outside the layers."""
    return _open[-1]


class Block(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        width, inner, bias = config["hiddenSize"], config["feedForwardSize"], config["biases"]
        self.config, self.layer = config, layer
        self.first_norm = nn.LayerNorm(width, bias=bias)
        self.qkv = nn.Linear(width, 3 * width, bias=bias)
        self.out = nn.Linear(width, width, bias=bias)
        self.second_norm = nn.LayerNorm(width, bias=bias)
        self.up = nn.Linear(width, inner, bias=bias)
        self.down = nn.Linear(inner, width, bias=bias)

    def dropout(self, x):
        rate = self.config["dropout"]
        return x if rate == 0 else functional.dropout(x, rate, training=True)

    def attention(self, x, mask):
        batch, length, width = x.shape
        heads = self.config["heads"]
        with component("attention.qkv"):
            parts = self.qkv(x).split(width, dim=2)
            query, key, value = (part.view(batch, length, heads, width // heads).transpose(1, 2) for part in parts)
        if self.config["attention"] == "sdpa":
            with component("attention.sdpa"):
                mixed = functional.scaled_dot_product_attention(
                    query, key, value, dropout_p=self.config["dropout"], is_causal=True
                )
        else:
            with component("attention.scores"):
                scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(width // heads))  # [B, a, S, S]
                scores = scores + mask if self.config["mask"] == "add" else scores.masked_fill(mask, float("-inf"))
            with component("attention.softmax"):
                weights = torch.softmax(scores, dim=-1)
            del scores
            with component("attention.dropout"):
                weights = self.dropout(weights)
            with component("attention.values"):
                mixed = weights @ value
            del weights
        with component("attention.out"):
            return self.out(mixed.transpose(1, 2).reshape(batch, length, width))

    def activate(self, x):
        if self.config["activation"] == "relu":
            return functional.relu(x)
        return functional.gelu(x, approximate="tanh" if self.config["activation"] == "gelu-tanh" else "none")

    def forward(self, x, mask):
        # Names are given back as soon as they are used: a local variable would keep its tensor alive through the forward pass.
        with component("", self.layer):
            with component("normalization"):
                normal = self.first_norm(x)
            mixed = self.attention(normal, mask)
            del normal
            with component("residual"):
                x = x + self.dropout(mixed)
            del mixed
            with component("normalization"):
                normal = self.second_norm(x)
            with component("feed-forward.up"):
                inner = self.up(normal)
            del normal
            with component("feed-forward.activation"):
                inner = self.activate(inner)
            with component("feed-forward.down"):
                mixed = self.down(inner)
            del inner
            with component("residual"):
                return x + self.dropout(mixed)


class Gpt(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, vocabulary, length = config["hiddenSize"], config["vocabularySize"], config["sequenceLength"]
        self.config = config
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(config, layer) for layer in range(config["layers"]))
        self.norm = nn.LayerNorm(width, bias=config["biases"])
        self.head = nn.Linear(width, vocabulary, bias=False)
        if config["tiedEmbedding"]:
            self.head.weight = self.tokens.weight
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        added = torch.zeros(length, length).masked_fill(future, float("-inf"))
        self.register_buffer("mask", added if config["mask"] == "add" else future, persistent=False)

    def forward(self, ids, positions, targets):
        """ids, targets [B, S], positions [S] → the mean cross entropy and the logits [B, S, V]."""
        rate = self.config["dropout"]
        with component("embedding"):
            x = self.tokens(ids) + self.positions(positions)
            if rate > 0:
                x = functional.dropout(x, rate, training=True)
        for block in self.blocks:
            if self.config["checkpointing"] == "block":
                with component("checkpoint", block.layer):
                    x = checkpoint(block, x, self.mask, use_reentrant=False)
            else:
                x = block(x, self.mask)
        with component("normalization"):
            x = self.norm(x)
        with component("head"):
            logits = self.head(x)
        del x
        with component("loss"):
            return functional.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1)), logits
