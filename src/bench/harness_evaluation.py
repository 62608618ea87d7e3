"""One fresh process of lm-evaluation-harness, or of transformers where no items are given: the same work as ours.

    harness_evaluation.py MODEL fp32|bf16 THREADS BATCH [ITEMS]

ITEMS is a JSON file: for each item its [context, continuation] pairs. Without it, 20 samples of 64 tokens are drawn after
a prompt of 150. Prints one JSON line: rate (items/s or tokens/s), peak_bytes (VmHWM), sums (log-likelihoods).
"""

import json
import os
import sys
import time

os.environ.update(HF_HUB_OFFLINE="1", TQDM_DISABLE="1", CUDA_VISIBLE_DEVICES="")
import torch  # noqa: E402
import transformers  # noqa: E402

PROMPT = "The history of the harbour begins with a small fishing village that grew around a bay on the northern coast. " * 20


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def score(model, tokenizer, batch, file):
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    with open(file, encoding="utf-8") as text:
        items = json.load(text)
    harness = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=batch, device="cpu")
    asked = [
        Instance(request_type="loglikelihood", doc={}, arguments=tuple(pair), idx=i)
        for item in items
        for i, pair in enumerate(item)
    ]
    harness.loglikelihood(asked[: len(items[0])], disable_tqdm=True)
    began = time.perf_counter()
    answers = harness.loglikelihood(asked, disable_tqdm=True)
    return len(items) / (time.perf_counter() - began), [answer[0] for answer in answers]


@torch.inference_mode()
def generate(model, tokenizer):
    prompt = torch.tensor([tokenizer(PROMPT).input_ids[:150]])

    def sampled(count):
        model.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
            num_return_sequences=20, min_new_tokens=count, max_new_tokens=count, pad_token_id=tokenizer.eos_token_id,
        )

    sampled(4)
    began = time.perf_counter()
    sampled(64)
    return 20 * 64 / (time.perf_counter() - began), []


def main(folder, precision, threads, batch, items=None):
    torch.set_num_threads(int(threads))
    transformers.logging.set_verbosity_error()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
    ).eval()
    rate, sums = score(model, tokenizer, int(batch), items) if items else generate(model, tokenizer)
    print(json.dumps({"rate": rate, "peak_bytes": peak_bytes(), "sums": sums}))


if __name__ == "__main__":
    main(*sys.argv[1:])
