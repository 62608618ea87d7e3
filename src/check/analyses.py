"""analyses.py URL EXPERIMENT: what an experiment's analyses answer, beside the same computed here from its jobs' evaluations.

Reads job specs and evaluations only, and of the answers nothing but what is compared. Needs Python 3 and nothing else.
"""
import collections
import csv
import io
import json
import math
import sys
import urllib.request

SERVICE, EXPERIMENT = sys.argv[1].rstrip("/") + "/api/v1", sys.argv[2]
BY = sys.argv[3] if len(sys.argv) > 3 else "primary"
compared = collections.Counter()
worst = collections.defaultdict(float)
wrong = []


def text(path):
    with urllib.request.urlopen(f"{SERVICE}/{path}") as answer:
        return answer.read().decode()


def get(path):
    return json.loads(text(path))


def analysis(name, **query):
    words = "&".join(f"{key}={value}" for key, value in {**query, "by": BY}.items())
    return get(f"experiments/{EXPERIMENT}/{name}?{words}")


def same(what, ours, theirs, tolerance=1e-9):
    """Counts one comparison; numbers are equal within a tolerance relative to one or to their size."""
    kind = what.split(":")[0]
    compared[kind] += 1
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)) and not isinstance(ours, bool):
        gap = abs(ours - theirs) / max(1.0, abs(ours))
        worst[kind] = max(worst[kind], gap)
        if gap <= tolerance:
            return
    elif ours == theirs:
        return
    wrong.append(f"{what}: here {ours}, answered {theirs}")


def pages(path):
    after, rows = "", []
    while True:
        page = get(f"{path}{'&' if '?' in path else '?'}limit=1000{after}")
        rows += page["data"]
        if not page.get("has_more"):
            return rows
        after = "&after=" + page["last_id"]


def student(degrees, share=0.975):
    """The quantile of Student's t by bisection of a Simpson integral of its density."""
    constant = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def below(t, pieces=20_000):
        step = t / pieces
        total = sum(
            (1 if i in (0, pieces) else 4 if i % 2 else 2) * (1 + (i * step) ** 2 / degrees) ** (-(degrees + 1) / 2)
            for i in range(pieces + 1))
        return 0.5 + constant * step * total / 3

    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return (low + high) / 2


QUANTILE = {}


def estimate(values):
    """Mean, standard error and half of a 95 % interval of one number a run; None for the errors of one run alone."""
    mean = sum(values) / len(values)
    if len(values) == 1:
        return mean, None, None
    error = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    degrees = len(values) - 1
    QUANTILE.setdefault(degrees, student(degrees))
    return mean, error, QUANTILE[degrees] * error


# what was measured
experiment = get(f"experiments/{EXPERIMENT}")
PRIMARY = {"bits_per_byte": -1}  # a metric of which less is better
Run = collections.namedtuple("Run", "job spec diverged status ends base")
End = collections.namedtuple("End", "run step learning source forgetting")


def metric(task, evaluation):
    metrics = evaluation["metrics"]
    for name in ("bits_per_byte", "acc_norm", "exact_match", "pass@1", "acc"):
        if name in metrics:
            return name, metrics[name]["value"]
    raise SystemExit(f"{task} has no metric known here: {list(metrics)}")


def side(tasks, evaluations):
    """The mean of accuracies; of bits per byte, negated, where there are none or where those are asked for."""
    accuracies, bits = [], []
    for task in tasks:
        if task not in evaluations:
            return None
        name, value = metric(task, evaluations[task])
        (bits if name == "bits_per_byte" else accuracies).append(value)
    if BY == "primary" and accuracies:
        return sum(accuracies) / len(accuracies)
    return -sum(bits) / len(bits) if bits else None


runs, ends = [], []
for job in pages(f"jobs?experiment={EXPERIMENT}"):
    steps = collections.defaultdict(dict)
    for one in pages(f"jobs/{job['id']}/evaluations"):
        if one["status"] == "succeeded":
            steps[one["step"]][one["task"]] = one
    scores = {
        step: (side(experiment["learning_tasks"], its), side(experiment["forgetting_tasks"], its))
        for step, its in steps.items()}
    run = Run(job["id"], job["spec"], job["diverged"], job["status"], {}, scores.get(0))
    runs.append(run)
    for checkpoint in pages(f"jobs/{job['id']}/checkpoints"):
        learning, source = scores.get(checkpoint["step"], (None, None))
        if learning is None or source is None:
            continue
        end = End(run, checkpoint["step"], learning, source, run.base[1] - source)
        run.ends[checkpoint["id"]] = end
        ends.append((checkpoint["id"], checkpoint["tokens"], end))
print(f"{len(runs)} jobs, {len(ends)} scored checkpoints, by {BY}")

# the trade-off, its front and its CSV
answer = analysis("tradeoff")
theirs = {point["checkpoint"]: point for point in answer["points"]}
same("tradeoff: points", sorted(theirs), sorted(checkpoint for checkpoint, _, _ in ends))


def dominates(a, b):
    return a.learning >= b.learning and a.forgetting <= b.forgetting and (a.learning, a.forgetting) != (b.learning, b.forgetting)


for checkpoint, tokens, end in ends:
    point = theirs[checkpoint]
    same(f"tradeoff: learning of {checkpoint}", end.learning, point["learning"])
    same(f"tradeoff: source score of {checkpoint}", end.source, point["source_score"])
    same(f"tradeoff: forgetting of {checkpoint}", end.forgetting, point["forgetting"])
    same(f"tradeoff: tokens of {checkpoint}", tokens, point["tokens"])
    free = not any(dominates(other, end) for _, _, other in ends)
    same(f"tradeoff: front has {checkpoint}", free, point["on_front"])
    for better in point["dominated_by"]:
        other = next(e for c, _, e in ends if c == better)
        same(f"tradeoff: {better} dominates {checkpoint}", True, dominates(other, end))
for row in csv.DictReader(io.StringIO(text(f"experiments/{EXPERIMENT}/tradeoff?format=csv&by={BY}"))):
    same(f"tradeoff: CSV of {row['checkpoint']}", float(row["learning"]), theirs[row["checkpoint"]]["learning"], 0)

# curves: equal runs by group and length
curves = analysis("curves")
by_checkpoint = {checkpoint: (tokens, end) for checkpoint, tokens, end in ends}


def at(spec, path):
    for name in path.split("."):
        spec = spec.get(name) if isinstance(spec, dict) else None
    return spec


seen = set()
for curve in curves["curves"]:
    for point in curve["points"]:
        members = [by_checkpoint[checkpoint] for checkpoint in point["checkpoints"]]
        seen.update(point["checkpoints"])
        lengths = {json.dumps([at(e.run.spec, f"training.{f}") for f in ("max_steps", "max_tokens", "epochs")]) for _, e in members}
        same("curves: one length a point", 1, len(lengths))
        same("curves: a seed once a point", len(members), len({at(e.run.spec, "training.seed") for _, e in members}))
        for _, end in members:
            for field in curves["grouped_by"]:
                same(f"curves: {field} of a point", at(end.run.spec, field), curve["group"].get(field))
        same("curves: x", sum(tokens for tokens, _ in members) / len(members), point["x"])
        for name, read in (("learning", "learning"), ("source_score", "source"), ("forgetting", "forgetting")):
            mean, error, half = estimate([getattr(end, read) for _, end in members])
            same(f"curves: mean {name}", mean, point[name]["mean"])
            if error is not None:
                same(f"curves: error of {name}", error, point[name]["stderr"])
                same(f"curves: interval of {name}", mean + half, point[name]["high"], 1e-6)
newest = {}
for checkpoint, _, end in sorted(ends, key=lambda one: one[2].run.job):
    newest[json.dumps({**end.run.spec, "name": None, "tags": None}, sort_keys=True), end.step] = checkpoint
same("curves: every scored checkpoint is in one, of a spec's repeats the newest", set(newest.values()), seen)

# forgetting at equal learning, the area between curves, the best under a bound
finals = [curve for curve in curves["curves"] if curve["kind"] == "final"]


def line(curve):
    return [(p["learning"]["mean"], p["forgetting"]["mean"]) for p in curve["points"] if p["learning"] and p["forgetting"]]


def crossing(points, learning):
    for i, (l, f) in enumerate(points):
        if l == learning:
            return f
        if i and (points[i - 1][0] - learning) * (l - learning) < 0:
            share = (learning - points[i - 1][0]) / (l - points[i - 1][0])
            return points[i - 1][1] + share * (f - points[i - 1][1])
    return None


matched = analysis("matched")
most = min(max(l for l, _ in line(curve)) for curve in finals)
same("matched: learning", most, matched["learning"])
for curve, group in zip(finals, matched["groups"]):
    same("matched: group", curve["group"], group["group"])
    mine = crossing(line(curve), most)
    same("matched: forgetting", mine, group["forgetting"])


def means(points):
    """In the order of learning; points that learned the same are one."""
    alike = collections.defaultdict(list)
    for learning, forgetting in points:
        alike[learning].append(forgetting)
    return sorted((learning, sum(its) / len(its)) for learning, its in alike.items())


def height(points, learning):
    for (l0, f0), (l1, f1) in zip(points, points[1:]):
        if l0 <= learning <= l1:
            return f0 if l0 == l1 else f0 + (learning - l0) / (l1 - l0) * (f1 - f0)
    raise ValueError(learning)


def area(points, low, high):
    places = sorted({low, high, *(l for l, _ in points if low < l < high)})
    return sum((b - a) * (height(points, a) + height(points, b)) / 2 for a, b in zip(places, places[1:]))


for between in analysis("area")["between"]:
    if between["area"] is None:
        continue
    first, second = (means(line(next(c for c in finals if c["group"] == between[end]))) for end in ("from", "to"))
    low, high = max(first[0][0], second[0][0]), min(first[-1][0], second[-1][0])
    same("area: low", low, between["low"])
    same("area: high", high, between["high"])
    whole = area(second, low, high) - area(first, low, high)
    same("area: area", whole, between["area"])
    same("area: difference", whole / (high - low), between["difference"])

for bound in (0.0, 0.02, 0.1, 0.3, 1.0):
    best = analysis("best", forgetting_at_most=bound)["groups"][0]["best"]
    under = [end for _, _, end in ends if end.forgetting <= bound]
    same(f"best: learning under {bound}", max((e.learning for e in under), default=None), best and best["learning"]["mean"])

# score against rate
swept = collections.defaultdict(lambda: collections.defaultdict(list))
alike = {}
for run in runs:
    recipe = json.loads(json.dumps(run.spec))
    for field in ("learning_rate", "seed"):
        recipe["training"].pop(field, None)
    for field in ("name", "tags", "priority"):
        recipe.pop(field, None)
    last = max(run.ends.values(), key=lambda end: end.step, default=None)
    swept[json.dumps(recipe, sort_keys=True)][run.spec["training"]["learning_rate"]].append((run, last))
    alike[run.job] = json.dumps(recipe, sort_keys=True)
sensitivity = analysis("sensitivity")
same("sensitivity: curves", len(swept), len(sensitivity["curves"]))
best_full = {}
for turn in ("full", "lora"):
    for curve in sensitivity["curves"]:
        if curve["method"] != turn:
            continue
        rates = swept[alike[curve["points"][0]["jobs"][0]["job"]]]
        same("sensitivity: rates", sorted(rates), [point["learning_rate"] for point in curve["points"]])
        means = {}
        for point in curve["points"]:
            tried = rates[point["learning_rate"]]
            good = {
                at(run.spec, "training.seed"): end.learning
                for run, end in sorted(tried, key=lambda one: one[0].job) if end and run.status == "succeeded" and not run.diverged}
            if good:
                means[point["learning_rate"]] = sum(good.values()) / len(good)
            same("sensitivity: learning", means.get(point["learning_rate"]), point["learning"])
            same("sensitivity: diverged", sum(run.diverged for run, _ in tried), point["diverged"])
        if not means:
            continue
        rate = max(means, key=means.get)
        same("sensitivity: best score", means[rate], curve["best"]["learning"])
        same("sensitivity: best rate", rate, curve["best"]["learning_rate"], 0)
        least = means[rate] * 0.9 if means[rate] >= 0 else means[rate] / 0.9
        same("sensitivity: near the best", [r for r in sorted(means) if means[r] >= least and r != rate], curve["near_best"])
        rest = json.loads(alike[curve["points"][0]["jobs"][0]["job"]])
        rest.pop("method")
        rest = json.dumps(rest, sort_keys=True)
        if turn == "full":
            best_full[rest] = rate
        elif rest in best_full:
            same("sensitivity: ratio to full", rate / best_full[rest], curve["ratio_to_full"])

# arms beside plain full finetuning
for arm in analysis("regularisation")["arms"]:
    for point in arm["points"]:
        for name in ("learning", "forgetting"):
            mean, _, _ = estimate([getattr(by_checkpoint[c][1], name) for c in point["checkpoints"]])
            same(f"regularisation: mean {name}", mean, point[name]["mean"])
    if arm["from"] is None:
        continue
    plain = next(a for a in analysis("regularisation")["arms"] if a["group"] == arm["from"])
    for comparison in arm["comparisons"]:
        mine, base = (next(p for p in a["points"] if p["x"] == comparison["x"]) for a in (arm, plain))
        for name in ("learning", "forgetting"):
            a, b = (estimate([getattr(by_checkpoint[c][1], name) for c in p["checkpoints"]])[0] for p in (mine, base))
            same(f"regularisation: difference of {name}", a - b, comparison[name]["value"])

# how far the samples of a problem differ, out of the samples themselves
sampled = collections.defaultdict(dict)
for job in pages(f"jobs?experiment={EXPERIMENT}"):
    for one in pages(f"jobs/{job['id']}/evaluations"):
        if one["status"] == "succeeded" and "distinct" in one["metrics"]:
            sampled[one["task"]][job["id"], one["step"]] = one["id"]
drawn = {}


def samples(evaluation):
    """Means over an evaluation's problems: different samples, those that pass or fail, and pass@k."""
    if evaluation in drawn:
        return drawn[evaluation]
    sums = collections.Counter()
    items = pages(f"evaluations/{evaluation}/items")
    for item in items:
        texts = [(one["text"], one["passed"]) for one in item["generations"]]
        sums["distinct"] += len({text for text, _ in texts})
        sums["distinct_passed"] += len({text for text, passed in texts if passed})
        sums["distinct_failed"] += len({text for text, passed in texts if not passed})
        failed = sum(not passed for _, passed in texts)
        for k in range(1, len(texts) + 1):
            sums[k] += 1 - math.comb(failed, k) / math.comb(len(texts), k)
    drawn[evaluation] = {name: value / len(items) for name, value in sums.items()}
    return drawn[evaluation]


def read(answered):
    return {**{name: answered[name] for name in ("distinct", "distinct_passed", "distinct_failed")},
            **{int(k): estimated for k, estimated in answered["pass_at"].items()}}


place = {checkpoint: (end.run.job, end.step) for checkpoint, _, end in ends}
asked = analysis("diversity")["tasks"]
same("diversity: tasks", sorted(sampled), sorted(one["task"] for one in asked))
for task in asked:
    its = sampled[task["task"]]
    base = samples(next(evaluation for (_, step), evaluation in its.items() if step == 0))
    for name, estimated in read(task["base"]).items():
        same(f"diversity: {name} of the base model", base[name], estimated["mean"])
    for group in task["groups"]:
        members = [samples(its[place[checkpoint]]) for checkpoint in group["checkpoints"]]
        for name, estimated in read(group["samples"]).items():
            mean, error, half = estimate([member[name] for member in members])
            same(f"diversity: {name}", mean, estimated["mean"])
            if error is not None:
                same(f"diversity: error of {name}", error, estimated["stderr"])
                same(f"diversity: interval of {name}", mean + half, estimated["high"], 1e-6)

# spectra: ranks and norms out of the singular values, which come in single precision
for job in get(f"experiments/{EXPERIMENT}/spectra")["data"]:
    checkpoint = job["checkpoints"][-1]["checkpoint"]
    for matrix in pages(f"checkpoints/{checkpoint}/spectra"):
        squares = [value * value for value in matrix["singular_values"]["delta"]]
        whole = sum(squares)
        for share in (50, 90, 99):
            total, rank = 0.0, 0
            while rank < len(squares) and total < share / 100 * whole:
                total, rank = total + squares[rank], rank + 1
            same(f"spectra: rank at {share} % of {matrix['id']}", rank, matrix[f"rank_{share}"])
        same(f"spectra: norm of {matrix['id']}", math.sqrt(whole), matrix["frobenius_norm"], 1e-5)
        same(f"spectra: stable rank of {matrix['id']}", whole / squares[0], matrix["stable_rank"], 1e-5)
        for tail in matrix["tails"]:
            same(f"spectra: tail of {matrix['id']}", sum(squares[tail["rank"]:]) / whole, tail["lost"], 1e-5)
        row = next(row for row in job["heat_map"]["modules"] if row["module"] == matrix["module"])
        same(f"spectra: heat map at {matrix['id']}", row["rank_90"][matrix["layer"]], matrix["rank_90"])

for kind, count in compared.items():
    print(f"{kind:15} {count:6} comparisons, largest difference {worst[kind]:.1e}")
print(f"{len(wrong)} differ")
for line_ in wrong[:40]:
    print("  " + line_)
sys.exit(1 if wrong else 0)
