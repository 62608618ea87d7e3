"""Whether the time of a refusal tells how near a key is to one that there is.

    python3 src/bench/keys.py http://127.0.0.1:8080 ADMIN_KEY [requests=4000]

Wants a service that asks for keys. Keys that are refused are sent in a drawn order over one connection: with the id of a key
that there is and other bits, the same with all bits but the last character's right, with the id of no key, the configured
key but for its last character, and others of its length. Shown are each kind's median in microseconds and, of the pairs that
nobody should be able to tell apart, the difference of the medians with its 95 % interval, drawn anew 2,000 times.
"""
import http.client
import json
import random
import statistics
import string
import sys
import time
import urllib.parse

DRAWS = 2000
BITS = string.ascii_letters + string.digits + "-_"
IDS = string.digits + string.ascii_lowercase
PAIRS = [("known id, other bits", "no such id"),
         ("known id, last character wrong", "known id, other bits"),
         ("configured key, last character wrong", "nothing like it")]


def drawn(letters, count):
    return "".join(random.choice(letters) for _ in range(count))


def changed(text):
    return text[:-1] + ("A" if text[-1] != "A" else "B")


class Service:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)

    def ask(self, method, path, key, body=None):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        began = time.perf_counter_ns()
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, text, (time.perf_counter_ns() - began) / 1000


def difference(one, other):
    """Of the medians, and the middle 95 % of what samples drawn anew give."""
    found = sorted(statistics.median(random.choices(one, k=len(one))) - statistics.median(random.choices(other, k=len(other)))
                   for _ in range(DRAWS))
    return statistics.median(one) - statistics.median(other), found[int(0.025 * DRAWS)], found[int(0.975 * DRAWS)]


def main():
    address, admin, *options = sys.argv[1:]
    requests = int(dict(option.split("=") for option in options).get("requests", 4000))
    random.seed(17)
    service = Service(address)
    status, text, _ = service.ask("POST", "/api/v1/keys", admin, {"name": "timed", "scope": "read"})
    if status != 201:
        sys.exit(f"{status} {text.decode()}")
    made = json.loads(text)
    key = made["key"]
    head = key[:-43]
    kinds = {"known id, other bits": lambda: head + drawn(BITS, 43),
             "known id, last character wrong": lambda: changed(key),
             "no such id": lambda: "pal_" + drawn(IDS, 26) + "_" + drawn(BITS, 43),
             "configured key, last character wrong": lambda: changed(admin),
             "nothing like it": lambda: drawn(BITS, len(admin))}
    times = {kind: [] for kind in kinds}
    order = list(kinds) * (requests + requests // 4)
    random.shuffle(order)
    for place, kind in enumerate(order):
        status, _, micros = service.ask("GET", "/api/v1/experiments", kinds[kind]())
        if status != 401:
            sys.exit(f"{kind}: {status}")
        if place > len(order) // 5:  # what came before warmed it up
            times[kind].append(micros)
    service.ask("DELETE", f"/api/v1/keys/{made['id']}", admin)
    for kind, its in times.items():
        print(f"{kind:38} {statistics.median(its):8.1f} µs of {len(its)}")
    told = 0
    for one, other in PAIRS:
        apart, low, high = difference(times[one], times[other])
        tells = low > 0 or high < 0
        told += tells
        print(f"{one} - {other}: {apart:+.1f} µs, {low:+.1f} to {high:+.1f}: {'tells them apart' if tells else 'tells nothing'}")
    print("the time tells nothing" if not told else f"the time tells {told} of {len(PAIRS)} pairs apart")


main()
