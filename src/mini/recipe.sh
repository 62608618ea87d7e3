#!/usr/bin/env bash
# Trains palimpsest-mini again, by the service's own API on a running service: recipe.sh [BASE_URL]
# Then BundleModel.java turns the last checkpoint's folder into the resources that the jar carries.
set -euo pipefail
base=${1:-http://127.0.0.1:8080}/api/v1
here=$(cd "$(dirname "$0")" && pwd)
post() { curl -sf -X POST "$base/$1" -H 'Content-Type: application/json' --data-binary "@$2"; }

post models "$here/untrained.json"
echo
until curl -sf "$base/models/palimpsest-mini-untrained" | grep -q '"ready"'; do sleep 1; done
experiment=$(post experiments "$here/experiment.json" | grep -o 'exp_[a-z0-9]*' | head -1)
sed "s/EXPERIMENT/$experiment/" "$here/job.json" | curl -sf -X POST "$base/jobs" -H 'Content-Type: application/json' --data-binary @-
echo
