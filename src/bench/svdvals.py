"""svdvals.py MODEL CHECKPOINT full|lora THREADS: singular values of each projection's change, one torch.linalg.svdvals after the other."""
import json
import resource
import sys
import time

import torch
from safetensors import safe_open

model, checkpoint, kind, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
projections = [f"self_attn.{p}_proj" for p in "qkvo"] + [f"mlp.{p}_proj" for p in ("gate", "up", "down")]
base = safe_open(f"{model}/model.safetensors", "pt")
layers = json.load(open(f"{model}/config.json"))["num_hidden_layers"]
tuned = safe_open(f"{checkpoint}/{'model' if kind == 'full' else 'adapter_model'}.safetensors", "pt")
if kind == "lora":
    config = json.load(open(f"{checkpoint}/adapter_config.json"))
    scale = config["lora_alpha"] / config["r"]

# calls of svdvals alone, and the loop with reading the files and making the changes
seconds, values = 0.0, {}
loop = time.perf_counter()
for layer in range(layers):
    for projection in projections:
        name = f"model.layers.{layer}.{projection}"
        if kind == "full":
            change = tuned.get_tensor(f"{name}.weight").float() - base.get_tensor(f"{name}.weight").float()
        else:
            b = tuned.get_tensor(f"base_model.model.{name}.lora_B.weight")
            change = scale * (b @ tuned.get_tensor(f"base_model.model.{name}.lora_A.weight"))
        began = time.perf_counter()
        s = torch.linalg.svdvals(change)
        seconds += time.perf_counter() - began
        values[name] = s
loop = time.perf_counter() - loop
values = {name: s.tolist() for name, s in values.items()}
print(json.dumps({"seconds": seconds, "loop": loop, "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "values": values}))
