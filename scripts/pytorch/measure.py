#!/usr/bin/env python3
"""What PyTorch keeps for the backward pass, and what its CUDA allocator holds through a training step, measured on the device at hand.

    python3 scripts/pytorch/measure.py OUT [--seconds 120]

Writes OUT/saved-tensors.csv (what the forward pass saves, per component; a CPU will do) and, on a GPU, OUT/steps.csv (levels and peaks of
one step as the caching allocator counts them). `memproof report FILE --map MAP` reads both: see docs/outside.md. Needs torch.
"""
import argparse
import contextlib
import csv
import gc
import os
import time
import warnings

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from configurations import BASE, forward_configurations, step_configurations
from model import Gpt, current_component

MODEL_KEYS = [
    "layers", "hiddenSize", "heads", "feedForwardSize", "vocabularySize", "dropout", "biases", "activation", "tiedEmbedding",
]  # fmt: skip
SECTIONS = {key: "model" for key in MODEL_KEYS} | {
    "size": "batch", "sequenceLength": "batch", "precision": "step", "checkpointing": "step",
}  # fmt: skip
COLUMNS = [f"{SECTIONS[key]}.{key}" if key in SECTIONS else key for key in BASE]


def cell(value):
    return str(value).lower() if isinstance(value, bool) else value


def cells(config):
    return [cell(config[key]) for key in BASE]


def build(config, device):
    """The model and its inputs: ids [B, S], positions [S], targets [B, S]."""
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16 if config["precision"] == "bfloat16" else torch.float32)
    try:
        with torch.device(device):
            model = Gpt(config)
            ids = torch.zeros(config["size"], config["sequenceLength"], dtype=torch.long)
            inputs = (ids, torch.arange(config["sequenceLength"]), torch.zeros_like(ids))
    finally:
        torch.set_default_dtype(torch.float32)
    return model, inputs


def casting(config, device):
    """The context of the forward pass."""
    if config["precision"] != "autocast-bfloat16":
        return contextlib.nullcontext()
    return torch.autocast(device, dtype=torch.bfloat16)


def storage(tensor):
    return tensor.untyped_storage()._cdata


class Watch(TorchDispatchMode):
    """Remembers which storages are 16-bit copies of a parameter, and which kernel ran for fused attention."""

    def __init__(self, parameters):
        super().__init__()
        self.parameters, self.copies, self.alive, self.attention = parameters, set(), [], set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.name()
        if name == "aten::_to_copy" and storage(args[0]) in self.parameters:
            self.copies.add(storage(result))
            self.alive.append(result)  # so that its storage is not given to another
        if "scaled_dot_product" in name:
            self.attention.add(name.removeprefix("aten::"))
        return result


def saved_tensors(config, device):
    """Rows (component, scope, tensors, bytes of one layer or '', bytes of all), and the kernel of fused attention.

    One count per distinct storage, whole storages, under the component that saves it first. Parameters, inputs and buffers are alive
    anyway: their scope is `apart`.
    """
    model, inputs = build(config, device)
    apart = {storage(tensor): "parameters" for tensor in model.parameters()}
    watch = Watch(set(apart))
    apart |= {storage(tensor): "inputs" for tensor in inputs} | {storage(tensor): "buffers" for tensor in model.buffers()}
    seen, alive, found = set(), [], {}

    def pack(tensor):
        note(tensor)
        return tensor.detach()  # an output that its own node saves would keep that node alive for ever

    def note(tensor):
        key = storage(tensor)
        if key in seen:
            return
        seen.add(key)
        alive.append(tensor.untyped_storage())
        name, layer = current_component()
        if key in apart:
            name, layer = apart[key], None
        elif key in watch.copies:
            name = "parameter-copies"
        scope = "apart" if key in apart else "outside" if layer is None else "layer"
        of_layers = found.setdefault((name, scope), {})
        count, size = of_layers.get(layer, (0, 0))
        of_layers[layer] = (count + 1, size + tensor.untyped_storage().nbytes())

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), watch, casting(config, device):
        model(*inputs)
    rows = []
    for (name, scope), of_layers in sorted(found.items()):
        counts = set(of_layers.values())
        if len(counts) > 1:
            raise AssertionError(f"the layers do not save the same: {name} {of_layers} in {config}")
        [(count, size)] = counts
        rows.append((name, scope, count, size if scope == "layer" else "", size * len(of_layers)))
    return rows, "+".join(sorted(watch.attention))


def with_totals(rows):
    """Of what is saved because of the step: all but what is `apart`."""
    counted = [row for row in rows if row[1] != "apart"]
    for scope, chosen in (("layer", [row for row in counted if row[1] == "layer"]), ("all", counted)):
        one = sum(row[3] for row in chosen) if scope == "layer" else ""
        rows.append(("total", scope, "", one, sum(row[4] for row in chosen)))
    return rows


# What the caching allocator counts: what was asked for, its blocks (multiples of 512 B), and what it took from CUDA.
COUNTERS = {"requested": "requested_bytes", "allocated": "allocated_bytes", "reserved": "reserved_bytes"}
PHASES = ("forward", "backward", "optimizer")


def allocator(which):
    statistics = torch.cuda.memory_stats()
    return {counter: statistics[f"{name}.all.{which}"] for counter, name in COUNTERS.items()}


class PeakOperator(TorchDispatchMode):
    """The operator that raised the peak of what was asked for last; in a step of its own, because it looks after each operator."""

    def __init__(self):
        super().__init__()
        self.peak_bytes, self.operator = 0, ""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        peak_bytes = torch.cuda.memory_stats()["requested_bytes.all.peak"]
        if peak_bytes > self.peak_bytes:
            self.peak_bytes, self.operator = peak_bytes, function.name()
        return result


def measure_step(config, manner):
    """Rows (quantity, counter, bytes), the parameter count and the operator of the peak; the third step of (forward, backward, Adam)."""
    gc.collect()  # of what was measured before
    torch._C._cuda_clearCublasWorkspaces()
    torch.cuda.empty_cache()
    model, inputs = build(config, "cuda")
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=manner["foreach"])
    held = None
    rows = []

    def step(mark):
        nonlocal held
        mark("step-start")
        with casting(config, "cuda"):
            loss, logits = model(*inputs)
        held = logits if manner["logits"] == "held" else None
        del logits
        mark("forward-end")
        loss.backward()
        del loss
        mark("backward-end")
        optimizer.step()
        optimizer.zero_grad(set_to_none=manner["gradients"] == "freed")
        mark("step-end")

    def read(name):
        gc.collect()
        index = ("step-start", "forward-end", "backward-end", "step-end").index(name)
        if index > 0:
            rows.extend((f"{PHASES[index - 1]}-peak", counter, size) for counter, size in allocator("peak").items())
        rows.extend((f"level-{name}", counter, size) for counter, size in allocator("current").items())
        torch.cuda.reset_peak_memory_stats()

    for _ in range(2):
        step(lambda name: None)
    step(read)
    torch.cuda.reset_peak_memory_stats()
    with PeakOperator() as watch:
        step(lambda name: None)
    for counter in COUNTERS:
        peaks = [size for quantity, of, size in rows if of == counter and quantity.endswith("-peak")]
        rows.append(("step-peak", counter, max(peaks)))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    before = allocator("current")
    torch.cuda.synchronize()
    torch._C._cuda_clearCublasWorkspaces()
    after = allocator("current")
    rows.extend(("cublas-workspaces", counter, before[counter] - after[counter]) for counter in ("requested", "allocated"))
    return rows, parameters, watch.operator


@contextlib.contextmanager
def table(folder, name, columns):
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer


def main():
    warnings.filterwarnings("ignore")
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("--seconds", type=float, default=float("inf"), help="begin nothing new after so long")
    options = arguments.parse_args()
    os.makedirs(options.out, exist_ok=True)
    deadline = time.monotonic() + options.seconds
    device = "cuda" if torch.cuda.is_available() else "cpu"
    label = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    where = [device, label, torch.__version__]
    where_columns = ["device", "device.name", "torch"]

    with table(options.out, "saved-tensors.csv", [*COLUMNS, *where_columns, "attention.kernel", "component", "scope",
                                                  "tensors_count", "bytes_one_layer", "bytes_total"]) as writer:  # fmt: skip
        for config in forward_configurations():
            if config["hiddenSize"] > 512 and device == "cpu":
                continue  # tens of gigabytes
            rows, kernel = saved_tensors(config, device)
            for row in with_totals(rows):
                writer.writerow([*cells(config), *where, kernel, *row])
    if device == "cpu":
        return
    manner_columns = ["optimizer.foreach", "zeroGrad.setToNone", "logitsHeld", "parameters_count", "peak_operator"]
    done = 0
    with table(options.out, "steps.csv", [*COLUMNS, *where_columns, *manner_columns, "quantity", "counter", "bytes"]) as writer:
        for config, manner in step_configurations():
            if time.monotonic() > deadline:
                print("the time is over")
                break
            rows, parameters, operator = measure_step(config, manner)
            manners = [manner["foreach"], manner["gradients"] == "freed", manner["logits"] == "held", parameters, operator]
            for row in rows:
                writer.writerow([*cells(config), *where, *map(cell, manners), *row])
            done += 1
    print(f"{done} steps measured on {label}")


if __name__ == "__main__":
    main()
