"""Runs the kernels on torch's meta device, where an operator that mixes devices fails, and looks up each operator's CUDA kernel.

    python one_device.py        (torch 2.7.1 built for CUDA; no GPU is needed)
"""
import itertools
import pathlib
import pickle
import re
import sys
import tempfile
import zipfile

import torch

KERNELS = pathlib.Path(__file__).parents[2] / "main/resources/kernels"
HEADS, KV_HEADS, HEAD, WIDTH, INNER, VOCABULARY, TOKENS, RANK = 4, 2, 8, 32, 48, 64, 24, 4
CONSTANTS = {"heads": HEADS, "kv_heads": KV_HEADS, "head": HEAD, "epsilon": 1e-5, "attention_scale": HEAD**-0.5,
             "block_rows": 5, "chunk": 7, "scale": 2.0}


def load(constants, *names):
    """The archive that dev.palimpsest.torch.ScriptArchive packs."""
    lines = [re.sub(r"(^|\s)#.*", "", line).rstrip() for name in names for line in (KERNELS / f"{name}.py").read_text().splitlines()]
    kinds = {bool: "bool", int: "int", float: "float"}
    source = "class Kernels(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n  _is_full_backward_hook : Optional[bool]\n"
    source += "".join(f"  {key} : {kinds[type(value)]}\n" for key, value in constants.items())
    source += "".join(f"  {line}\n" for line in lines if line)
    attributes = {"training": False, "_is_full_backward_hook": None, **constants}
    body = pickle.dumps(attributes, 2)[2:-1]
    with tempfile.NamedTemporaryFile(suffix=".pt") as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("kernels/data.pkl", b"\x80\x02c__torch__\nKernels\n)\x81" + body + b"b.")
            archive.writestr("kernels/code/__torch__.py", source)
            archive.writestr("kernels/constants.pkl", b"\x80\x02).")
            archive.writestr("kernels/version", "10\n")
        file.flush()
        return torch.jit.load(file.name)


def tensor(*shape, dtype=torch.float32):
    return torch.empty(shape, dtype=dtype, device="meta")


@torch.library.impl("aten::_weight_norm_interface_backward", "Meta")
def weight_norm_backward(grad, v, g, norms, dim):
    assert {grad.device, v.device, g.device, norms.device} == {torch.device("meta")}
    return torch.empty_like(v), torch.empty_like(g)


def step(dtype, full, dora, window, heads_normed, drop):
    kernels = load({**CONSTANTS, "full": full, "dora": dora, "window": window}, "linear", "decoder")
    none = tensor(0)
    sizes = {"q": (HEADS * HEAD, WIDTH), "k": (KV_HEADS * HEAD, WIDTH), "v": (KV_HEADS * HEAD, WIDTH), "o": (WIDTH, HEADS * HEAD),
             "gate": (INNER, WIDTH), "up": (INNER, WIDTH), "down": (WIDTH, INNER)}
    matrices = [tensor(*size, dtype=dtype) for size in sizes.values()]
    norm = lambda size: tensor(size, dtype=dtype)
    biases = [norm(size[0]) for size in list(sizes.values())[:4]]
    w = [norm(WIDTH), *matrices[:4], norm(WIDTH), *matrices[4:], *biases, *([norm(HEAD)] * 2 if heads_normed else [none] * 2), *matrices]
    a = list(itertools.chain.from_iterable(
        [none] * 4 if full else [tensor(RANK, n, dtype=dtype), tensor(m, RANK, dtype=dtype), *([tensor(m)] * 2 if dora else [none] * 2)]
        for m, n in sizes.values()))
    g = [torch.empty_like(t) for t in w] if full else [torch.empty_like(t, dtype=torch.float32) for t in a]
    e = tensor(VOCABULARY, WIDTH, dtype=dtype)
    ids, rows, labels = tensor(TOKENS, dtype=torch.int64), tensor(10, dtype=torch.int64), tensor(10, dtype=torch.int64)
    table = tensor(TOKENS, HEAD // 2)
    runs = [2, 9, 1, 6]
    cos, sin = kernels.rotary(table, table, ids, e)
    mask = kernels.causal_mask(9, e)
    x = kernels.embed(ids, e)
    y, *saved = kernels.block_forward(drop, drop, x, cos, sin, mask, runs, w, a)
    kernels.block_infer(drop, drop, x, cos, sin, mask, runs, w, a)
    kernels.block_again(drop, drop, x, cos, sin, mask, runs, w, a)
    loss, dx = kernels.head_loss(10, rows, labels, y, w[0], e, [torch.empty_like(w[0]), torch.empty_like(e)] if full else [none])
    dx = kernels.block_backward(drop, drop, dx, cos, sin, mask, runs, w, a, saved, g)
    assert {t.device.type for t in (y, loss, dx, *saved)} == {"meta"}
    if full:
        kernels.embed_backward(ids, dx, torch.empty_like(e))
    read(kernels, window, dtype, w, a, e, table)


def read(kernels, window, dtype, w, a, e, table):
    """One text in blocks of 5 queries, of which the last one is not full, and 16 texts written after it, two of which share a prompt."""
    places = lambda count: tensor(count, dtype=torch.int64)
    starts = range(0, TOKENS, 5)
    cos, sin = kernels.rotary(table, table, places(TOKENS), e)
    keys, values = kernels.zero_keys(1, TOKENS, e), kernels.zero_keys(1, TOKENS, e)
    y = kernels.block_read(tensor(TOKENS, WIDTH, dtype=dtype), 0, cos, sin, kernels.causal_mask(TOKENS, e), [n for start in starts for n in (start, 5)],
                           [places(5) for _ in starts], [places(start + 5 - max(0, start + 1 - window if window else 0)) for start in starts],
                           places(TOKENS), w, a, keys, values)
    score = kernels.head_score(7, places(10), places(12), [0, 8, 12], places(12), y, w[0], e)
    taken = kernels.taken([keys, values], places(5))
    last = kernels.stacked([kernels.row(y, 3)] * 16)
    keys, values = kernels.zero_keys(16, 12, e), kernels.zero_keys(16, 12, e)
    kernels.put_in([keys, values], 1, [k[:, :5] for k in taken])
    kernels.moved([keys, values], 1, 0, 5)
    keys, values = kernels.grown(keys, 20), kernels.grown(values, 20)
    cos, sin = kernels.rotary(table, table, places(16), e)
    y = kernels.block_decode(last, places(16), places(16), cos, sin, kernels.cache_mask(places(16), 20, e), [places(2)], taken[:1], taken[1:],
                             w, a, keys, values)
    logits = kernels.head_logits(places(16), y, w[0], e)
    draws = tensor(16)
    chosen = [kernels.greedy(logits), kernels.sample(logits, 0.7, 0, 1.0, draws), kernels.sample(logits, 0.7, 5, 0.9, draws)]
    assert {t.device.type for t in (score, y, *taken, *chosen)} == {"meta"}


def update():
    kernels = load({}, "optimizer")
    p, g, m, v = ([tensor(4, 5)] for _ in range(4))
    kernels.zero(g)
    kernels.adamw(1e-3, 0.9, 0.999, 1e-8, 0.1, p, g, m, v, [tensor()])
    kernels.lionw(1e-3, 0.9, 0.99, 0.1, p, g, m)


def operators(block):
    for node in block.nodes():
        if node.kind().startswith("aten::") and node.schema() != "(no schema)":
            yield node.schema().split("(")[0]
        for inner in node.blocks():
            yield from operators(inner)


def without_cuda_kernel():
    """Operators of the dispatcher, which is asked for tensors only; what TorchScript computes itself is none."""
    used = set()
    constants = {("linear", "decoder"): {**CONSTANTS, "full": True, "dora": True, "window": 4}, ("memory",): {}, ("optimizer",): {}}
    for names, values in constants.items():
        kernels = load(values, *names)
        for name in names:
            for method in re.findall(r"^def (\w+)", (KERNELS / f"{name}.py").read_text(), re.M):
                used.update(operators(kernels._c._get_method(method).graph))
    used = {name for name in used if torch._C._dispatch_has_kernel(name)} - {"aten::from_file"}  # maps files, on the host
    keys = ["CUDA", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional", "CompositeImplicitAutograd"]
    return len(used), sorted(n for n in used if not any(torch._C._dispatch_has_kernel_for_dispatch_key(n, key) for key in keys))


if __name__ == "__main__":
    count = 0
    for case in itertools.product([torch.float32, torch.bfloat16], [(True, False), (False, False), (False, True)], [0, 4], [False, True], [0.0, 0.1]):
        dtype, (full, dora), window, heads_normed, drop = case
        step(dtype, full, dora, window, heads_normed, 0.0 if full else drop)
        count += 1
    update()
    print(f"{count} steps and the updates ran on one device")
    used, missing = without_cuda_kernel()
    print(f"{used} operators; without a kernel for CUDA: {', '.join(missing) or 'none'}")
    sys.exit(bool(missing))
