"""Tokenises the texts of a JSONL file with transformers' fast tokenizer, in batches, on all processors."""
import json
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "true"
from transformers import PreTrainedTokenizerFast  # noqa: E402

data, model = sys.argv[1:]
tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(model, "tokenizer.json"))
began = time.perf_counter()
tokens = 0
batch = []


def flush():
    global tokens
    if batch:
        tokens += sum(map(len, tokenizer(batch, add_special_tokens=False, return_attention_mask=False)["input_ids"]))
        batch.clear()


with open(data, encoding="utf-8") as lines:
    for line in lines:
        batch.append(json.loads(line)["text"])
        if len(batch) == 256:
            flush()
flush()
seconds = time.perf_counter() - began
print(f"transformers  {tokens:12,d} tokens in {seconds:6.2f} s  {tokens / seconds:12,.0f} tokens/s")
