#!/usr/bin/env bash
# The chart with the values in cluster/: each rendered object is read as strictly as a cluster reads it, and values that cannot be meant are
# refused. What only a cluster knows is asked of one by cluster.sh.
#   src/check/chart.sh HELM KUBECTL_VALIDATE CRD…
set -euo pipefail
cd "$(dirname "$0")/../.."
helm=$1 validate=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/crds" "$work/rendered"
cp "$@" "$work/crds"

"$helm" lint --strict --quiet helm
for values in src/check/cluster/*.yaml; do
    name=$(basename "$values" .yaml)
    "$helm" lint --strict --quiet helm -f "$values"
    "$helm" template palimpsest helm --namespace team -f "$values" > "$work/rendered/$name.yaml"
    echo "$name: $(grep -c '^kind:' "$work/rendered/$name.yaml") objects"
done
strictly() { "$validate" "$@" --version 1.30 --local-crds "$work/crds" > "$work/said" 2>&1; }
strictly "$work/rendered" || { cat "$work/said" >&2; exit 1; }
sed 's/^  backoffLimit: 3/&\n  colour: red/' "$work/rendered/plain.yaml" > "$work/red.yaml"
if strictly "$work/red.yaml" || ! grep -q 'spec.colour: .*unknown field' "$work/said"; then
    echo "an unknown field was not noticed" >&2
    exit 1
fi

if grep -h '^kind: Secret$' "$work"/rendered/*; then
    echo "a secret is named and never made" >&2
    exit 1
fi

refused() {  # WORDS --set …: what is refused, and by which words
    local words=$1
    shift
    if "$helm" template palimpsest helm "$@" > "$work/said" 2>&1 || ! grep -q -- "$words" "$work/said"; then
        echo "not refused by '$words': $*" >&2
        cat "$work/said" >&2
        exit 1
    fi
}
refused "additional properties 'colour' not allowed" --set workers.classes[0].name=cpu,workers.classes[0].colour=red
refused "missing property 'name'" --set workers.classes[0].gpus=1
refused "database.host must name a PostgreSQL" --set postgres.enabled=false
refused "does not match pattern" --set workers.classes[0].name=cpu,workers.classes[0].deviceClass="a100') or ('1'='1"
refused "'/database'" --set database.password=secret
refused "keySecret must name a secret" --set metrics.serviceMonitor.enabled=true

# each value says what it is
python3 - helm/values.schema.json <<'EOF'
import json, sys

def unsaid(path, node):
    if path and not node.get("description"):
        yield path + " has no description"
    if "properties" in node and node.get("additionalProperties") is not False:
        yield path + " takes anything"
    for name, value in node.get("properties", {}).items():
        yield from unsaid(path + "/" + name, value)
    if "properties" in node.get("items", {}):
        yield from unsaid(path + "/-", node["items"])

found = list(unsaid("", json.load(open(sys.argv[1]))))
sys.exit("\n".join(found) or None)
EOF
