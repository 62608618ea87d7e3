"""How long the dashboard's pages take in a real Chromium: of an experiment of many jobs, and of long runs.

    python3 src/bench/pages.py http://127.0.0.1:8080 [jobs=500] [runs=10] [points=100000] [rounds=5]

Wants a service (best a fresh one: it fills in jobs that were trained elsewhere), chromium and chromedriver. Each page is
opened anew in each round, without the cache; shown is the median of the milliseconds until the page's first answer is
drawn and until nothing on it loads any more, what was sent for it, compressed, and the longest time that the page did not
answer to its reader, drawing included.
"""
import json
import math
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

DRIVER = "http://127.0.0.1:9766"
SETTLED_MILLIS = 300

WATCH = """
window.drawn = null; window.busy = 0; window.changed = performance.now();
new PerformanceObserver(list => { for (const task of list.getEntries()) window.busy = Math.max(window.busy, task.duration); })
  .observe({ type: 'longtask', buffered: true });
new MutationObserver(() => {
  window.changed = performance.now();
  if (window.drawn === null && document.querySelector('main h1')) window.drawn = window.changed;
}).observe(document, { subtree: true, childList: true, attributes: true });
"""

STATE = """
const busy = document.querySelector('main [aria-busy=true]') !== null || window.drawn === null;
const sent = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
return { busy, now: performance.now(), drawn: window.drawn, changed: window.changed, longest: window.busy,
  bytes: sent.reduce((sum, one) => sum + one.encodedBodySize, 0), asked: sent.filter(one => one.name.includes('/api/')).length };
"""


def call(method, address, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


class Browser:
    """A Chromium by way of its driver, as the WebDriver recommendation says."""

    def __init__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=9766"], stdout=subprocess.DEVNULL)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1000"]
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}}
        for _ in range(100):
            try:
                self.session = f"{DRIVER}/session/" + call("POST", f"{DRIVER}/session", wanted)["value"]["sessionId"]
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        self.devtools("Network.enable")
        self.devtools("Network.setCacheDisabled", cacheDisabled=True)
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def devtools(self, command, **parameters):
        return call("POST", f"{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def script(self, source):
        return call("POST", f"{self.session}/execute/sync", {"script": source, "args": []})["value"]

    def view(self, address):
        """Opens a page and waits until nothing on it is loading."""
        call("POST", f"{self.session}/url", {"url": address})
        while True:
            state = self.script(STATE)
            if not state["busy"] and state["now"] - state["changed"] > SETTLED_MILLIS:
                return state
            time.sleep(0.02)

    def close(self):
        call("DELETE", self.session)
        self.driver.terminate()


def experiment(api, name):
    asked = {"name": name, "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}
    return call("POST", f"{api}/experiments", asked)["id"]


def job(api, experiment, name, rank, rate):
    """One that was trained elsewhere, so that nothing here has to train it."""
    method = {"type": "lora", "rank": rank, "alpha": 2 * rank} if rank else {"type": "full"}
    asked = {"experiment": experiment, "executor": "external", "name": name, "dataset": {"train": "elsewhere"},
             "method": method, "training": {"max_steps": 1_000_000, "learning_rate": rate}}
    return call("POST", f"{api}/jobs", asked)["id"]


def many(api, jobs):
    """Jobs by method, rank, rate and seed, each with scores at three steps."""
    its = experiment(api, f"{jobs} jobs")
    for i in range(jobs):
        one = job(api, its, f"job {i}", [0, 1, 4, 16, 64, 256][i % 6], [1e-5, 1e-4, 1e-3][i // 6 % 3])
        points = []
        for step in (100, 200, 400):
            learned, kept = -2 + math.log(step) / 10 + i % 7 / 50, -1.5 - step / 2000 - i % 5 / 60
            points += [{"key": f"eval/{task}/bits_per_byte", "step": step, "value": -value, "tokens": 1000 * step}
                       for task, value in (("gsm8k_perplexity", learned), ("definitions_perplexity", kept))]
        call("POST", f"{api}/jobs/{one}/metrics", {"data": points})
    return its


def long_runs(api, runs, points):
    its = experiment(api, f"{runs} runs of {points} points")
    ids = []
    for i in range(runs):
        ids.append(job(api, its, f"run {i}", 16, 1e-4))
        for start in range(0, points, 5000):
            batch = [{"key": "train/loss", "step": step, "value": 3 / (1 + step / 2e4) + 0.2 * math.sin(step * (i + 1))}
                     for step in range(start + 1, min(start + 5000, points) + 1)]
            call("POST", f"{api}/jobs/{ids[-1]}/metrics", {"data": batch})
    return its, ids


def main():
    address = sys.argv[1].rstrip("/")
    settings = {"jobs": 500, "runs": 10, "points": 100_000, "rounds": 5}
    settings.update((name, int(value)) for name, value in (one.split("=") for one in sys.argv[2:]))
    api = address + "/api/v1"
    crowded = many(api, settings["jobs"])
    its, ids = long_runs(api, settings["runs"], settings["points"])
    pages = {"experiments": "/", f"an experiment of {settings['jobs']} jobs": f"/experiments/{crowded}",
             f"a run of {settings['points']} points": f"/jobs/{ids[0]}",
             f"{min(8, len(ids))} of them compared": "/compare?jobs=" + ",".join(ids[:8]),
             "submit": "/submit", "catalog": "/catalog", "workers": "/workers"}
    browser = Browser()
    try:
        print("| page | first drawn, ms | all there, ms | sent, kB | requests to the API | longest not answering, ms |\n|---|---|---|---|---|---|")
        for name, path in pages.items():
            browser.view(address + path)
            views = [browser.view(address + path) for _ in range(settings["rounds"])]
            middle = {key: statistics.median(view[key] for view in views) for key in ("drawn", "changed", "bytes", "asked", "longest")}
            print(f"| {name} | {middle['drawn']:.0f} | {middle['changed']:.0f} | {middle['bytes'] / 1000:.0f} | {middle['asked']:.0f} | {middle['longest']:.0f} |", flush=True)
    finally:
        browser.close()


if __name__ == "__main__":
    main()
