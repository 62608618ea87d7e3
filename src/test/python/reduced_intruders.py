"""What PEFT makes of an adapter whose change is so large that it has intruder dimensions.

usage: reduced_intruders.py MODEL ADAPTER ALPHA OUT.json        (made with peft 0.21.2, torch 2.7.1 and transformers 4.57)

The adapter is that of the folder with another lora_alpha. For each module: the first numbers of its change, before and after.
"""
import json, pathlib, shutil, sys, tempfile
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from peft.tuners.lora.intruders import reduce_intruder_dimension
from transformers import AutoModelForCausalLM

model, adapter, alpha, out = sys.argv[1:]
folder = pathlib.Path(tempfile.mkdtemp()) / "adapter"
shutil.copytree(adapter, folder)
config = json.loads((folder / "adapter_config.json").read_text())
config["lora_alpha"] = float(alpha)
(folder / "adapter_config.json").write_text(json.dumps(config))
peft = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), folder)
said = []
reduce_intruder_dimension(peft, top_k=5, threshold_epsilon=0.6, mitigation_lambda=0.25, logging_sink=said.append)
rows = {}
for name, layer in peft.named_modules():
    if isinstance(layer, LoraLayer):
        before, after = (layer.get_delta_weight(one)[0, :8].tolist() for one in ("default", "intruder_reduced"))
        rows[name.removeprefix("base_model.model.")] = {"before": before, "after": after}
intruders = sum(int(line.rsplit(" ", 1)[1]) for line in said if "Intruders: " in line)
json.dump({"alpha": float(alpha), "top": 5, "epsilon": 0.6, "scale": 0.25, "intruders": intruders, "modules": rows}, open(out, "w"))
print(intruders, said)
