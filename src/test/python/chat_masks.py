"""Ids and assistant masks of marked templates by transformers, for dev.palimpsest.data.ChatTemplateTests.

    python chat_masks.py MODEL_FOLDER OUTPUT.json
"""
import json
import sys

from transformers import AutoTokenizer

TEMPLATES = [
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n{% endfor %}",
    "{% for m in messages %}{{ m.role }}: {% if m.role == 'assistant' %}{% generation %}{{ m.content + eos_token }}{% endgeneration %}{% else %}{{ m.content }} {% endif %}{% endfor %}",
]
CONTENTS = [
    ["Hello world", "Count to 3.", "naïve 日本語 🙂 é", "12 34  🙂 🙂x", "x", "the end"],
    ["🙂", "🙂🙂 Hello world", "<|im_start|>a", "The baker's 12345 apples"],
]


def main(model, output):
    tokenizer = AutoTokenizer.from_pretrained(model)
    cases = []
    for template in TEMPLATES:
        for contents in CONTENTS:
            messages = [{"role": ["user", "assistant"][i % 2], "content": c} for i, c in enumerate(contents)]
            out = tokenizer.apply_chat_template(
                messages, chat_template=template, return_assistant_tokens_mask=True, return_dict=True)
            cases.append({"template": template, "messages": messages, "ids": out["input_ids"], "mask": out["assistant_masks"]})
    with open(output, "w") as file:
        file.write(json.dumps(cases, separators=(",", ":")) + "\n")


main(*sys.argv[1:])
