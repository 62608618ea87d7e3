"""One fresh process of PEFT (or of plain transformers): the same steps that a trainer takes.

    peft_finetuning.py MODEL lora|full fp32|bf16 BATCH SEQUENCE no|yes STEPS THREADS CLIP

The word after the shape says whether activations are checkpointed; CLIP is the most norm of all gradients, 0 for any.
Prints one JSON line: tokens_per_second of each step, peak_bytes (VmHWM), trainable_parameters.
"""

import json
import sys
import time

import torch
import transformers
from peft import LoraConfig, get_peft_model

MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def main(folder, method, precision, batch, sequence, checkpointing, steps, threads, clip):
    torch.set_num_threads(threads)
    torch.manual_seed(17)
    transformers.logging.set_verbosity_error()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder,
        dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[precision],
        attn_implementation="sdpa",
    )
    model.config.use_cache = False
    if method == "lora":
        lora = LoraConfig(
            r=16, lora_alpha=32, lora_dropout=0.0, target_modules=MODULES, task_type="CAUSAL_LM"
        )
        model = get_peft_model(model, lora)
    if checkpointing == "yes":
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    rate = 2e-4 if method == "lora" else 1e-5
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.0, fused=True)
    speeds = []
    for _ in range(steps):
        ids = torch.randint(20, model.config.vocab_size, (batch, sequence))
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        model(input_ids=ids, labels=ids).loss.backward()
        if clip > 0:
            torch.nn.utils.clip_grad_norm_(trained, clip)
        optimizer.step()
        speeds.append(batch * sequence / (time.perf_counter() - began))
    figures = {
        "tokens_per_second": speeds,
        "peak_bytes": peak_bytes(),
        "trainable_parameters": sum(parameter.numel() for parameter in trained),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    arguments = [int(a) if a.isdigit() else a for a in sys.argv[1:]]
    main(*arguments[:-1], clip=float(arguments[-1]))
