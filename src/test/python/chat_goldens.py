"""Renders chat templates and single expressions with transformers, for the tests of dev.palimpsest.jinja.

    python chat_goldens.py TEMPLATES_FOLDER OUTPUT.json [EXPRESSIONS.txt EXPRESSIONS_OUTPUT.json]

Made with transformers 5.23.0 and jinja2 3.1.6. Today is always Friday, 26 July 2024, 09:05:03.
"""
import datetime
import json
import pathlib
import sys

from transformers.utils import chat_template_utils as chat


class Today(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 9, 5, 3)


chat.datetime = Today
SPECIAL = {
    "llama-3": {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
    "olmo": {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"},
    "qwen": {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
    "": {"bos_token": "<s>", "eos_token": "</s>"},
}
CALL = {"type": "function", "id": "abcdefghi", "function": {"name": "sum", "arguments": {"a": 1, "b": [2.5, "é\n\"x\""], "c": None, "d": True}}}
TOOL = {"type": "function", "function": {"name": "sum", "description": "Adds 'two' numbers", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "array", "items": {}}}, "required": ["a"]}, "return": {"type": "number"}}}


def turns(*contents, system=None):
    roles = ["user", "assistant"]
    said = [{"role": roles[i % 2], "content": c} for i, c in enumerate(contents)]
    return ([{"role": "system", "content": system}] if system is not None else []) + said


CONVERSATIONS = {
    "ask": {"messages": turns("Hi")},
    "one": {"messages": turns("Hi", "Hello!")},
    "system": {"messages": turns("Hi", "Hello!", system="Be brief.")},
    "many": {"messages": turns("1+1?", "2", "And 2+2?", "4", "3+3?", "6", system=" Count. ")},
    "empty": {"messages": turns("", "", system="")},
    "space": {"messages": turns("  \n a b\t\n", "\n\n out \u00a0 \u3000\n", " x ", " y")},
    "unicode": {"messages": turns("naïve 日本語 🙂 \u2028 e\u0301", "ẞß ﬁ 𝒳 \x1f")},
    "markup": {"messages": turns("<|im_end|>{{ 1 }}{% if %}</s>[INST]", "\\n \\ ' \" {# #}")},
    "think": {"messages": turns("a?", "<think>\nhm\n</think>\n\nA", "b?", "<think>\nso\n</think>\n\nB")},
    "assistant first": {"messages": turns("Hi", "Hello!")[1:]},
    "twice": {"messages": turns("Hi")[:1] * 2},
    "late system": {"messages": turns("Hi", "Hello!") + [{"role": "system", "content": "Stop."}] + turns("a", "b")},
    "tools": {"messages": turns("1+2.5?") + [{"role": "assistant", "content": "", "tool_calls": [CALL]}, {"role": "tool", "content": "3.5"}] + turns("x", "It is 3.5")[1:], "tools": [TOOL]},
    "called": {"messages": turns("1+2.5?") + [{"role": "assistant", "content": "Well", "tool_calls": [CALL]}, {"role": "tool", "content": {"sum": [1, None, "x'y"]}}] + turns("x", "It is 3.5")[1:]},
    "nobody": {"messages": []},
    "stranger": {"messages": [{"role": "narrator", "content": "Once"}]},
}


def rendered(template, conversation, prompt, special):
    try:
        texts, marks = chat.render_jinja_template(
            [conversation["messages"]], tools=conversation.get("tools"), chat_template=template,
            add_generation_prompt=prompt, return_assistant_tokens_mask=True, **special)
        return {"text": texts[0], "generated": marks[0]}
    except Exception as error:  # whatever Python says is the golden: ours must refuse
        return {"error": type(error).__name__ + ": " + str(error)[:80]}


def main(folder, output, expressions=None, expressions_output=None):
    templates = []
    for path in sorted(pathlib.Path(folder).glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        special = next(tokens for name, tokens in SPECIAL.items() if name in path.name)
        cases = []
        for name, conversation in CONVERSATIONS.items():
            for prompt in (False, True):
                case = {"conversation": name, "prompt": prompt}
                case.update(rendered(source, conversation, prompt, special))
                cases.append(case)
        templates.append({"template": path.name, "special_tokens": special, "cases": cases})
    write(output, {"conversations": CONVERSATIONS, "templates": templates})
    if expressions:
        lines = pathlib.Path(expressions).read_text(encoding="utf-8").splitlines()
        sources = [line.replace("⏎", "\n") for line in lines if line]
        write(expressions_output, [{"source": s, **rendered(s, CONVERSATIONS["many"], False, SPECIAL[""])} for s in sources])


def write(path, value):
    pathlib.Path(path).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


main(*sys.argv[1:])
