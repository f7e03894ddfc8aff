"""What is measured: sizes in which every size varies on its own, crossed with the options that change what PyTorch keeps."""

BASE = dict(
    layers=2, hiddenSize=48, heads=3, feedForwardSize=192, vocabularySize=211, dropout=0.0, biases=True, activation="gelu",
    tiedEmbedding=True, size=2, sequenceLength=40, precision="float32", checkpointing="none", attention="unfused", mask="add",
)  # fmt: skip

AUTOCAST = dict(precision="autocast-bfloat16")
BFLOAT16 = dict(precision="bfloat16")
DROPOUT = dict(dropout=0.1)
FUSED = dict(attention="sdpa")
CHECKPOINTED = dict(checkpointing="block")

OPTIONS = [
    {}, DROPOUT, dict(biases=False), dict(tiedEmbedding=False), dict(activation="relu"), dict(activation="gelu-tanh"),
    dict(mask="fill"), FUSED, FUSED | DROPOUT, CHECKPOINTED, CHECKPOINTED | DROPOUT, DROPOUT | dict(activation="relu"),
    AUTOCAST, AUTOCAST | DROPOUT, AUTOCAST | dict(activation="relu"), AUTOCAST | dict(mask="fill"),
    AUTOCAST | dict(biases=False), AUTOCAST | dict(tiedEmbedding=False), AUTOCAST | FUSED, AUTOCAST | FUSED | DROPOUT,
    AUTOCAST | CHECKPOINTED,
    BFLOAT16, BFLOAT16 | DROPOUT, BFLOAT16 | dict(activation="relu"), BFLOAT16 | FUSED, BFLOAT16 | FUSED | DROPOUT,
    BFLOAT16 | CHECKPOINTED,
]  # fmt: skip

# No two products of sizes that matter coincide.
SHAPES = [
    {}, dict(size=3), dict(sequenceLength=72), dict(hiddenSize=96, feedForwardSize=384), dict(heads=6), dict(feedForwardSize=320),
    dict(size=5, sequenceLength=24, hiddenSize=64, heads=4, feedForwardSize=136, vocabularySize=307),
    dict(size=1, sequenceLength=128, hiddenSize=32, heads=2, feedForwardSize=128, vocabularySize=97),
    dict(layers=1), dict(layers=3),
    dict(size=4, sequenceLength=56, hiddenSize=80, heads=5, feedForwardSize=200, vocabularySize=173),
    dict(size=3, sequenceLength=96, hiddenSize=112, heads=7, feedForwardSize=448, vocabularySize=401),
    dict(size=6, sequenceLength=33, hiddenSize=64, heads=2, feedForwardSize=256, vocabularySize=131, layers=3),
]  # fmt: skip

GPT2_SMALL = dict(
    layers=12, hiddenSize=768, heads=12, feedForwardSize=3072, vocabularySize=50257, size=12, sequenceLength=1024
)  # fmt: skip

# Large enough that tensors, and not scalars and workspaces, decide the peak.
MIDDLE = dict(layers=4, hiddenSize=256, heads=4, feedForwardSize=1024, vocabularySize=5000, size=4, sequenceLength=128)

MIDDLE_SHAPES = [
    {}, dict(size=1), dict(size=8), dict(sequenceLength=64), dict(sequenceLength=512),
    dict(hiddenSize=128, feedForwardSize=512), dict(hiddenSize=512, feedForwardSize=2048), dict(heads=2), dict(heads=16),
    dict(layers=1), dict(layers=8), dict(vocabularySize=1000), dict(vocabularySize=20000), dict(feedForwardSize=512),
    dict(vocabularySize=20000, layers=1), dict(size=1, sequenceLength=32), dict(size=1, sequenceLength=32, layers=8),
    dict(layers=3, hiddenSize=192, heads=6, feedForwardSize=768, vocabularySize=3001, size=3, sequenceLength=160),
    dict(layers=6, hiddenSize=192, heads=3, feedForwardSize=300, vocabularySize=9001, size=1, sequenceLength=320),
]  # fmt: skip

LARGE_OPTIONS = [
    {}, DROPOUT, FUSED, CHECKPOINTED, AUTOCAST, AUTOCAST | DROPOUT, AUTOCAST | FUSED, AUTOCAST | CHECKPOINTED,
    BFLOAT16, BFLOAT16 | FUSED, BFLOAT16 | CHECKPOINTED,
]  # fmt: skip

PLAIN = dict(foreach=False, gradients="freed", logits="dropped")
# PyTorch's own default is `foreach`; kept gradients are those of zero_grad(set_to_none=False).
MANNERS = [PLAIN, PLAIN | dict(gradients="kept"), PLAIN | dict(foreach=True), PLAIN | dict(logits="held")]


def forward_configurations():
    """For what the forward pass saves."""
    for shape in SHAPES:
        for options in OPTIONS:
            yield BASE | shape | options
    for options in LARGE_OPTIONS:
        yield BASE | GPT2_SMALL | options


def step_configurations():
    """(configuration, manner), for whole steps: what is learned most from first, so that a bound of time cuts off the least."""
    for options in LARGE_OPTIONS:
        yield BASE | GPT2_SMALL | options, PLAIN
    for options in OPTIONS:
        for manner in MANNERS:
            yield BASE | MIDDLE | options, manner
    for shape in MIDDLE_SHAPES[1:]:
        for options in ({}, DROPOUT, CHECKPOINTED, AUTOCAST, AUTOCAST | DROPOUT, BFLOAT16 | DROPOUT, BFLOAT16 | FUSED):
            yield BASE | MIDDLE | shape | options, PLAIN
    for options in LARGE_OPTIONS:
        yield BASE | GPT2_SMALL | options, PLAIN | dict(foreach=True)
        yield BASE | GPT2_SMALL | options | dict(size=1), PLAIN | dict(gradients="kept")
