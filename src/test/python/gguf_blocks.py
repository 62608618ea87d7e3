"""Blocks of every type that Palimpsest reads, and the numbers that gguf-py makes of them.

usage: gguf_blocks.py OUT.json        (made with gguf 0.19.0 and numpy 2.4.6)

Types that gguf-py can quantise hold normal numbers, a block of zeros and one with an outlier. K types, which it can
only dequantise, hold random bytes under small scales. "Q8_0_of" are the numbers that the Q8_0 blocks were made of.
"""
import base64, json, sys
import numpy as np
from gguf import GGMLQuantizationType as T, GGML_QUANT_SIZES, dequantize, quantize

rng = np.random.default_rng(17)
numbers = (rng.standard_normal((8, 32)) * 0.1).astype(np.float32)
numbers[3] = 0
numbers[5, 7] = -40
numbers[6] *= 1e-4
b64 = lambda a: base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()
out = {}
for name in ("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"):
    blocks = quantize(numbers, T[name])
    out[name] = {"blocks": b64(blocks), "numbers": b64(dequantize(blocks, T[name]).astype("<f4"))}
scales_at = {"Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,)}
for name, places in scales_at.items():
    blocks = rng.integers(0, 256, (4, GGML_QUANT_SIZES[T[name]][1]), dtype=np.uint8)
    for place in places:
        scales = (rng.standard_normal(4) * 0.01).astype("<f2")
        blocks[:, place : place + 2] = scales.view(np.uint8).reshape(4, 2)
    out[name] = {"blocks": b64(blocks), "numbers": b64(dequantize(blocks, T[name]).astype("<f4"))}
out["Q8_0_of"] = b64(numbers.astype("<f4"))
json.dump(out, open(sys.argv[1], "w"), indent=1)
