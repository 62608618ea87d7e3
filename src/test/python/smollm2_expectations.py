"""What transformers makes of SmolLM2-135M-Instruct in GGUF: token ids of 1,000 lines and the loss of every token.

usage: smollm2_expectations.py MODEL.gguf DATA OUT      (made with transformers 5.23.0, torch 2.7.1, gguf 0.19.0)

DATA is a folder with the files of the data sets that README.md beside OUT names. The model is transformers' own
reading of the GGUF file, fp32. The tokenizer is built of the file's tokens and merges under SmolLM's published cuts
(each digit by itself, then GPT-2's), because transformers' own reading of a GGUF tokenizer leaves the digits together.
"""
import gzip, json, os, sys
import torch
from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

torch.set_num_threads(1)
path, data, out = sys.argv[1:4]
lines_of = lambda name: (gzip.open if name.endswith(".gz") else open)(os.path.join(data, name), "rt", encoding="utf-8")
rows = lambda name: [json.loads(line) for line in lines_of(name)]

value = lambda key: reader.fields[key].contents()
reader = GGUFReader(path)
tokens, types = value("tokenizer.ggml.tokens"), value("tokenizer.ggml.token_type")
merges = [tuple(merge.split(" ")) for merge in value("tokenizer.ggml.merges")]
built = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
built.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
built.decoder = decoders.ByteLevel()
built.add_special_tokens([AddedToken(t, special=True, normalized=False) for t, kind in zip(tokens, types) if kind == 3])
tokenizer = PreTrainedTokenizerFast(tokenizer_object=built)
ids_of = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]

articles = [row["text"] for row in rows("wikipedia_en_30_articles.jsonl.gz")]
pieces = []
for article in articles:                                # a line is 160 characters from anywhere, as text comes
    pieces += [article[i : i + 160] for i in range(0, len(article), 160)]
step = len(pieces) // 600
lines = pieces[: 600 * step : step]
lines += [row["question"][:200] for row in rows("gsm8k_test.jsonl")[:200]]
lines += [row["code"][:200] for row in rows("mbpp.jsonl")[:198]]
lines += ["<|im_start|>user\nWhat is 12 + 345?<|im_end|>\n", "  \t\n\n na\u00efve \u0301\u4f60\u597d \U0001f600 1\u20442 \u0663\u0664 x  "]
assert len(lines) == 1000
with gzip.GzipFile(os.path.join(out, "smollm2_lines.jsonl.gz"), "wb", mtime=0) as file:
    for text in lines:
        file.write((json.dumps({"text": text, "ids": ids_of(text)}, ensure_ascii=False) + "\n").encode())

model = AutoModelForCausalLM.from_pretrained(os.path.dirname(os.path.abspath(path)), gguf_file=os.path.basename(path),
                                             dtype=torch.float32, attn_implementation="eager").eval()
windows = []
for article in articles[:2]:
    ids = ids_of(article)[:512]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].double()
    losses = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none")
    print(losses.mean().item())
    windows.append({"text": tokenizer.decode(ids), "ids": ids, "losses": [round(x, 6) for x in losses.tolist()]})
with gzip.GzipFile(os.path.join(out, "smollm2_losses.json.gz"), "wb", mtime=0) as file:
    file.write(json.dumps({"windows": windows}, ensure_ascii=False).encode())
