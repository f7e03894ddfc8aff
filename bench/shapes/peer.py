"""What PyTorch's own tools need for the same: one step on FakeTensors under a counter of bytes or under MemTracker. Used by run.mjs.

usage: peer.py counter|memtracker LAYERS HIDDEN HEADS FEED_FORWARD VOCABULARY BATCH SEQUENCE
"""
import json
import os
import resource
import sys
import time
import weakref

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "pytorch"))

import torch  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from torch.distributed._tools.mem_tracker import MemTracker  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils._pytree import tree_map_only  # noqa: E402

from configurations import BASE  # noqa: E402
from model import Gpt  # noqa: E402

import_ms = time.process_time() * 1000
tool, sizes = sys.argv[1], [int(argument) for argument in sys.argv[2:]]
names = ["layers", "hiddenSize", "heads", "feedForwardSize", "vocabularySize", "size", "sequenceLength"]
config = BASE | dict(zip(names, sizes))


class ByteCounter(TorchDispatchMode):
    """Live bytes of distinct storages, and their peak."""

    def __init__(self):
        super().__init__()
        self.level, self.peak, self.seen = 0, 0, set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        tree_map_only(torch.Tensor, self.note, result)
        return result

    def note(self, tensor):
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self.seen:
            return
        self.seen.add(key)
        self.level += size
        self.peak = max(self.peak, self.level)
        weakref.finalize(storage, self.forget, key, size)

    def forget(self, key, size):
        self.seen.discard(key)
        self.level -= size


def build():
    model = Gpt(config)
    ids = torch.zeros(config["size"], config["sequenceLength"], dtype=torch.long)
    return model, torch.optim.Adam(model.parameters(), foreach=False), (ids, torch.arange(ids.shape[1]), ids.clone())


def step(model, optimizer, inputs):
    loss, logits = model(*inputs)
    del logits
    loss.backward()
    del loss
    optimizer.step()
    optimizer.zero_grad()


def counted():
    with ByteCounter() as counter:
        parts = build()
        for _ in range(2):
            counter.peak = counter.level
            step(*parts)
    return counter.peak


def tracked():
    model, optimizer, inputs = build()
    step(model, optimizer, inputs)
    tracker = MemTracker()
    tracker.track_external(model, optimizer, *inputs)
    with tracker:
        step(model, optimizer, inputs)
    [snapshot] = tracker.get_tracker_snapshot("peak").values()
    return next(size for name, size in snapshot.items() if getattr(name, "value", name) == "Total")


before = time.process_time()
with FakeTensorMode(allow_non_fake_inputs=True):
    size = counted() if tool == "counter" else tracked()
cold_ms = (time.process_time() - before) * 1000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"importMs": import_ms, "coldMs": cold_ms, "warmMs": None, "peakBytes": peak, "bytes": size}))
