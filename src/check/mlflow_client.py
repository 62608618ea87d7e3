"""mlflow_client.py URL: MLflow's own client logs runs into the service, searches them and reads them back.

Needs mlflow-skinny and a service that listens at URL; makes experiments of its own there.
"""
import json
import math
import os
import sys
import urllib.request
import uuid

SERVICE = sys.argv[1].rstrip("/")
os.environ.update(MLFLOW_TRACKING_URI=SERVICE, MLFLOW_HTTP_REQUEST_MAX_RETRIES="1")

import mlflow  # noqa: E402
from mlflow.entities import Metric, Param, RunTag  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

checked = 0


def same(what, ours, theirs):
    global checked
    checked += 1
    if ours != theirs:
        sys.exit(f"{what}: {ours!r} instead of {theirs!r}")


def refused(code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except MlflowException as error:
        same("error code", error.error_code, code)
    else:
        sys.exit(f"{call.__name__} was not refused with {code}")


def native(path):
    with urllib.request.urlopen(f"{SERVICE}/api/v1/{path}") as answer:
        return json.load(answer)


client = mlflow.MlflowClient()
name = f"check {uuid.uuid4()}"

# the fluent interface, from nothing but the address
experiment = mlflow.set_experiment(name)
same("found by name", mlflow.set_experiment(name).experiment_id, experiment.experiment_id)
refused("RESOURCE_ALREADY_EXISTS", client.create_experiment, name)
with mlflow.start_run(run_name="fluent", tags={"team": "a"}) as run:
    mlflow.log_params({"lr": 2e-4, "optimizer": "adamw"})
    for step in range(5):
        mlflow.log_metrics({"train/loss": 2.0 - step / 10, "grad norm": math.nan if step == 3 else 1.0}, step=step)
    mlflow.log_metric("accuracy", 0.5)
    mlflow.log_metric("accuracy", 0.75)
    mlflow.set_tag("team", "b")
fluent = run.info.run_id
read = client.get_run(fluent)
same("status", read.info.status, "FINISHED")
same("name", read.info.run_name, "fluent")
same("params", read.data.params, {"lr": "0.0002", "optimizer": "adamw"})
same("latest", (read.data.metrics["train/loss"], read.data.metrics["accuracy"]), (1.6, 0.75))
same("tag", read.data.tags["team"], "b")
history = client.get_metric_history(fluent, "train/loss")
same("history", [(point.step, point.value) for point in history], [(step, 2.0 - step / 10) for step in range(5)])
same("NaN", [math.isnan(point.value) for point in client.get_metric_history(fluent, "grad norm")], [False] * 3 + [True, False])
job = native(f"jobs/{fluent}")
same("job", (job["status"], job["spec"]["executor"], job["tags"]["team"]), ("succeeded", "external", "b"))

# a run that fails, one that is killed
try:
    with mlflow.start_run(run_name="broken"):
        raise RuntimeError("meant")
except RuntimeError:
    pass
killed = client.create_run(experiment.experiment_id, run_name="killed")
client.set_terminated(killed.info.run_id, "KILLED")
ends = {found.info.run_name: found.info.status for found in client.search_runs([experiment.experiment_id])}
same("ends", ends, {"fluent": "FINISHED", "broken": "FAILED", "killed": "KILLED"})
refused("RESOURCE_CONFLICT", client.log_metric, killed.info.run_id, "late", 1.0)

# batches, whole or not at all; a retry does no harm
batch = client.create_run(experiment.experiment_id, run_name="batch").info.run_id
for _ in range(2):
    client.log_batch(batch, [Metric("loss", 0.5, 1000, 1)], [Param("p", "1")], [RunTag("t", "x")])
refused("INVALID_PARAMETER_VALUE", client.log_batch, batch, [Metric("loss", 0.1, 2000, 1)], [Param("p", "2")])
read = client.get_run(batch)
same("batch", (read.data.metrics, read.data.params), ({"loss": 0.5}, {"p": "1"}))
points = [Metric("long", step / 2, step, step) for step in range(2500)]
for start in range(0, len(points), 1000):
    client.log_batch(batch, points[start:start + 1000])
same("long history", [point.value for point in client.get_metric_history(batch, "long")], [step / 2 for step in range(2500)])

# searches, in order and to the end
for number in range(7):
    made = client.create_run(experiment.experiment_id, run_name=f"run {number}", tags={"round": "two"})
    client.log_param(made.info.run_id, "number", number)
    client.log_metric(made.info.run_id, "score", number / 10)


def search(query, **how):
    return [found.info.run_name for found in client.search_runs([experiment.experiment_id], query, **how)]


same("metric", search("metrics.score > 0.45"), ["run 6", "run 5"])
same("param", search("params.number = '3' and tags.round LIKE 't%'"), ["run 3"])
same("attribute", search("attributes.status = 'RUNNING' and attributes.run_name IN ('run 1', 'run 2')"), ["run 2", "run 1"])
same("quoted", search("metrics.`train/loss` <= 1.6"), ["fluent"])
same("more", search("(metrics.score < 0.1 or params.number = '4') and not tags.team = 'b'"), ["run 4", "run 0"])
ordered, token = [], None
while True:
    page = client.search_runs([experiment.experiment_id], "tags.round = 'two'", max_results=3, order_by=["metrics.score ASC"], page_token=token)
    ordered += [found.info.run_name for found in page]
    token = page.token
    if not token:
        break
same("pages", ordered, [f"run {number}" for number in range(7)])
refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment.experiment_id], "metrics.score >")
same("experiments", [found.experiment_id for found in client.search_experiments(filter_string=f"name = '{name}'")], [experiment.experiment_id])
refused("RESOURCE_DOES_NOT_EXIST", client.get_run, "job_gone")

# nothing but a run: the default experiment
mlflow.set_experiment(experiment_id="0")
with mlflow.start_run() as stray:
    mlflow.log_metric("x", 1)
same("default", client.get_experiment(stray.info.experiment_id).name, "Default")

print(f"{checked} passed, 0 failed")
