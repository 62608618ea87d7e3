"""openai_client.py URL: OpenAI's own Python client on a running service, nothing but its base_url changed.

From a file to a fine-tuned model with its events, checkpoints and scores; what it says, whole and streamed; pause, resume and cancel; lists
to their ends; errors of each class. Needs the package openai, and about a minute.
"""
import io
import sys
import time

import openai

client = openai.OpenAI(base_url=sys.argv[1].rstrip("/") + "/v1", api_key="none")
MODEL = "palimpsest-mini"
SMALL = {"lora": {"r": 2, "alpha": 4, "target_modules": ["q_proj", "v_proj"]}, "sequence_length": 64,
         "tasks": {"learning": ["gsm8k_perplexity"], "forgetting": ["definitions_choice"], "limit": 2}}


def say(text):
    print(f"{time.process_time():6.1f} s of processor  {text}", flush=True)


def chat(question, answer, **more):
    return ('{"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "%s"%s}]}\n'
            % (question, answer, "".join(f', "{key}": {value}' for key, value in more.items())))


def upload(name, text):
    return client.files.create(file=(name, io.BytesIO(text.encode())), purpose="fine-tune",
                               expires_after={"anchor": "created_at", "seconds": 3600})


def order(file, epochs=2, **more):
    supervised = {"hyperparameters": {"n_epochs": epochs, "batch_size": 2, "learning_rate_multiplier": "auto"}}
    return client.fine_tuning.jobs.create(model=MODEL, training_file=file, method={"type": "supervised", "supervised": supervised},
                                          extra_body=SMALL, **more)


def until(job, *statuses):
    while True:
        found = client.fine_tuning.jobs.retrieve(job)
        if found.status in statuses:
            return found
        assert found.status not in ("succeeded", "failed", "cancelled"), found
        time.sleep(0.2)


def refused(kind, request, param=None):
    try:
        request()
    except openai.APIStatusError as error:
        assert type(error) is kind, error
        assert error.request_id and error.code and error.type == "invalid_request_error", error.body
        assert error.param == param, error.body
        assert len(error.message) > 40, error.message
        assert error.request.headers["x-stainless-retry-count"] == "0", "it was tried again"
        return
    raise AssertionError(f"{kind.__name__} was expected")


# a file
sent = "".join(chat(f"{n}+{n}", 2 * n, weight=1) for n in range(1, 5))
file = client.files.wait_for_processing(upload("sums.jsonl", sent).id, poll_interval=0.1)
assert file.status == "processed" and file.expires_at == file.created_at + 3600, file
assert client.files.content(file.id).read().decode() == sent
bad = upload("bad.jsonl", chat("1", 2) + '{"messages": []}\n')
assert bad.status == "error" and "line 2" in bad.status_details, bad
assert {file.id, bad.id} <= {listed.id for listed in client.files.list(limit=1)}
say("files are sent, listed and read back")

# from there to a model
job = order(file.id, validation_file=file.id, suffix="sums", metadata={"check": "openai client"}, seed=17)
assert job.seed == 17 and job.hyperparameters.n_epochs == 2 and job.metadata == {"check": "openai client"}, job
assert job.model_extra["experiment"].startswith("exp_"), job
job = until(job.id, "succeeded")
assert job.fine_tuned_model == f"ft:{MODEL}:palimpsest:sums:{job.id[6:]}" and job.trained_tokens > 0, job
assert job.fine_tuned_model in [model.id for model in client.models.list()]
events = list(client.fine_tuning.jobs.list_events(job.id, limit=2))
assert len({event.id for event in events}) == len(events) > 4, events
assert [event.data["step"] for event in events if event.type == "metrics"] == [4, 3, 2, 1], events
checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=1))
assert [checkpoint.step_number for checkpoint in checkpoints] == [4, 2], checkpoints
for checkpoint in checkpoints:
    assert checkpoint.metrics.train_loss and checkpoint.metrics.valid_loss, checkpoint
    assert isinstance(checkpoint.metrics.forgetting, float) and isinstance(checkpoint.metrics.learning, float), checkpoint
    assert client.models.retrieve(checkpoint.fine_tuned_model_checkpoint).model_extra["checkpoint"].startswith("ckpt_")
assert client.files.content(job.result_files[0]).text.startswith("step,train_loss,train_accuracy,valid_loss")
say(f"{job.fine_tuned_model} is trained; forgetting {[round(c.metrics.forgetting, 3) for c in checkpoints]}")

# what the base model, its result and a checkpoint say
question = [{"role": "developer", "content": "You add."}, {"role": "user", "content": [{"type": "text", "text": "1+1"}]}]
for model in (MODEL, job.fine_tuned_model, checkpoints[-1].fine_tuned_model_checkpoint):
    asked = dict(model=model, messages=question, max_completion_tokens=24, seed=17, n=2)
    whole = client.chat.completions.create(**asked)
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens > 0, whole
    assert all(choice.finish_reason in ("stop", "length") and choice.message.role == "assistant" for choice in whole.choices), whole
    said, roles, ends, counted = ["", ""], [None, None], [None, None], None
    for chunk in client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}):
        counted = chunk.usage
        for choice in chunk.choices:
            roles[choice.index] = roles[choice.index] or choice.delta.role
            said[choice.index] += choice.delta.content or ""
            ends[choice.index] = choice.finish_reason
    assert said == [choice.message.content for choice in whole.choices] and roles == ["assistant"] * 2, (said, whole)
    assert ends == [choice.finish_reason for choice in whole.choices] and counted == whole.usage, (ends, counted, whole)
    answer = whole.choices[0].message  # is sent back as it came
    assert client.chat.completions.create(model=model, messages=[*question, answer, question[1]], max_tokens=4).choices
    text = client.completions.create(model=model, prompt=["1+1=", "2+2="], max_tokens=4, temperature=0, stop="\n")
    parts = list(client.completions.create(model=model, prompt=["1+1=", "2+2="], max_tokens=4, temperature=0, stop="\n", stream=True))
    for choice in text.choices:
        streamed = [part.choices[0] for part in parts if part.choices[0].index == choice.index]
        assert "".join(part.text for part in streamed) == choice.text and streamed[-1].finish_reason == choice.finish_reason, parts
with client.chat.completions.create(model=MODEL, messages=question, max_completion_tokens=500, n=8, stream=True) as left:
    next(iter(left))

# how likely the tokens are
asked = dict(model=MODEL, messages=question, max_completion_tokens=8, temperature=0, logprobs=True, top_logprobs=3)
whole = client.chat.completions.create(**asked)
tokens = whole.choices[0].logprobs.content
assert len(tokens) == whole.usage.completion_tokens and all(t.logprob == t.top_logprobs[0].logprob <= 0 for t in tokens), tokens
assert all(bytes(t.bytes).decode() == t.token for t in tokens if t.bytes is not None), tokens
streamed = [t for chunk in client.chat.completions.create(**asked, stream=True) for c in chunk.choices if c.logprobs for t in c.logprobs.content]
assert streamed == tokens, (streamed, tokens)
text = client.completions.create(model=MODEL, prompt="A cat is", max_tokens=4, temperature=0, echo=True, logprobs=2).choices[0]
assert "".join(text.logprobs.tokens) == text.text and text.text.startswith("A cat is"), text
assert text.logprobs.token_logprobs[0] is None and text.logprobs.top_logprobs[0] == {}, text
assert all(text.text[at:].startswith(token) for at, token in zip(text.logprobs.text_offset, text.logprobs.tokens)), text
own = client.completions.create(model=MODEL, prompt="A cat is", max_tokens=0, echo=True, logprobs=2).choices[0]
assert own.text == "A cat is" and own.logprobs.token_logprobs == text.logprobs.token_logprobs[:len(own.logprobs.tokens)], own
say("models talk, whole and streamed")

# pause, resume, cancel, and lists to their ends
long = order(file.id, epochs=50, metadata={"check": "openai client"}).id
client.fine_tuning.jobs.pause(long)
assert until(long, "paused").status == "paused"
assert client.fine_tuning.jobs.resume(long).status in ("queued", "running")
client.fine_tuning.jobs.cancel(long)
until(long, "cancelled")
mine = client.fine_tuning.jobs.list(limit=1, metadata={"check": "openai client"})
assert [listed.id for listed in mine] == [long, job.id]
say("pause, resume, cancel and lists are as they should be")

# errors of each class
refused(openai.BadRequestError, lambda: order(bad.id), "training_file")
refused(openai.BadRequestError, lambda: order(file.id, epochs=51), "method.supervised.hyperparameters.n_epochs")
refused(openai.BadRequestError, lambda: order(file.id, integrations=[{"type": "wandb", "wandb": {"project": "p"}}]), "integrations")
refused(openai.BadRequestError, lambda: client.fine_tuning.jobs.create(
    model=MODEL, training_file=file.id, method={"type": "dpo"}), "method.type")
refused(openai.BadRequestError, lambda: client.fine_tuning.jobs.create(
    model=MODEL, training_file=file.id, extra_body={"colour": "red"}), "colour")
refused(openai.BadRequestError, lambda: client.chat.completions.create(model=MODEL, messages=question, temperature=3), "temperature")
refused(openai.BadRequestError, lambda: client.chat.completions.create(
    model=MODEL, messages=question, tools=[{"type": "function", "function": {"name": "f"}}]), "tools")
refused(openai.NotFoundError, lambda: client.chat.completions.create(model="gpt-4o-mini", messages=question), "model")
refused(openai.NotFoundError, lambda: client.fine_tuning.jobs.retrieve("ftjob-06dgm0e1xhw4t9s8n1p3q5r7vw"))
refused(openai.NotFoundError, lambda: client.models.retrieve("gpt-4o-mini"))
refused(openai.NotFoundError, lambda: client.fine_tuning.alpha.graders.validate(
    grader={"type": "string_check", "name": "n", "input": "i", "reference": "r", "operation": "eq"}))
refused(openai.ConflictError, lambda: client.fine_tuning.jobs.resume(long))
refused(openai.ConflictError, lambda: client.files.delete(job.result_files[0]))
assert client.models.delete(job.fine_tuned_model).deleted and client.files.delete(file.id).deleted
refused(openai.NotFoundError, lambda: client.models.retrieve(job.fine_tuned_model))
say("errors are of the classes they should be")
