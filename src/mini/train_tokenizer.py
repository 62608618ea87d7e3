"""Trains the tokenizer of palimpsest-mini: byte-level BPE of 4096 entries, digits one by one.

    pip install tokenizers
    python src/mini/train_tokenizer.py FOLDER_OF_DATASETS OUTPUT_FOLDER

It reads definitions-train.jsonl and, so that the words and signs of the target domain are not
shredded, the first 2000 problems of gsm8k-train.jsonl, as src/mini/WriteDatasets.java writes them.
The model itself never saw the problems.
"""

import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

GSM8K_PROBLEMS = 2000
SPECIAL = ["<|endoftext|>", "<|pad|>"]


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            yield document.get("text") or document["prompt"] + document["completion"]


def main(datasets, output):
    texts = list(lines(datasets / "definitions-train.jsonl"))
    texts += list(lines(datasets / "gsm8k-train.jsonl"))[:GSM8K_PROBLEMS]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4096,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    output.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(output / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": SPECIAL[0],
        "pad_token": SPECIAL[1],
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
    }
    (output / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(tokenizer.get_vocab_size(), "entries")
    for name in ["definitions-train", "definitions-validation", "gsm8k-train", "gsm8k-validation"]:
        texts = list(lines(datasets / f"{name}.jsonl"))
        tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts))
        size = sum(len(text.encode()) for text in texts)
        print(f"{name}: {len(texts)} documents, {size} bytes, {tokens} tokens, {size / tokens:.3f} bytes a token")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
