"""The API's description as it is kept, src/api/openapi.json, beside the one that a running service gives.

    python3 src/check/openapi.py OASDIFF [write] http://127.0.0.1:8080

OASDIFF is the program of that name. A change that would break a client fails, whatever is kept; any other only fails until
`write` keeps the description anew, so that each change of the API is seen in the commit that makes it.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

KEPT = pathlib.Path(__file__).parents[1] / "api" / "openapi.json"
SETS = ("required", "enum")


def plain(node, name=""):
    """In one order, whatever order the service found things in."""
    if isinstance(node, dict):
        return {key: plain(node[key], key) for key in sorted(node)}
    if isinstance(node, list):
        return sorted(node, key=str) if name in SETS else [plain(one) for one in node]
    return node


def described(address):
    with urllib.request.urlopen(address.rstrip("/") + "/v3/api-docs") as answer:
        document = plain(json.load(answer))
    del document["servers"]  # this service's own address
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main():
    oasdiff, *options, address = sys.argv[1:]
    now = described(address)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        given.write(now)
        given.flush()
        if KEPT.exists() and subprocess.run([oasdiff, "breaking", "--fail-on", "ERR", str(KEPT), given.name]).returncode:
            sys.exit(f"these changes break clients of the API as {KEPT.name} describes it; if they must be, delete that file and write it anew")
    if "write" in options:
        KEPT.write_text(now)
    elif KEPT.read_text() != now:
        sys.exit(f"{KEPT.name} is not what the service says of itself; look at what changed, and run this with `write`")
    print(f"{len(json.loads(now)['paths'])} paths are as they are kept")


main()
