#!/usr/bin/env bash
# Palimpsest and MLflow's tracking server side by side in one run, over HTTP, each on its own database of one PostgreSQL: points/s in
# batches, requests/s of single metrics, the time of a long series' history thinned, and of a filtered list.
#   src/bench/tracking.sh peer=PYTHON [clients=8] [batch=1000] [seconds=20] [points=1000000] [max_points=1000] [requests=60] [runs=100000]
#                         [stored=0]
# PYTHON is an interpreter that has mlflow and psycopg2-binary. With runs=0 no runs are stored and listed.
# Ours has so many jobs of 5,000 points stored before: stored=20000 makes 10^8 points, which takes some 2 GB.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-Xmx1g --enable-native-access=ALL-UNNAMED -cp %classpath:src/bench src/bench/Tracking.java $*"
