#!/usr/bin/env bash
# The time of submitting, listing and reading jobs over HTTP with many jobs stored, on a service and a
# PostgreSQL of its own that leave nothing behind.
#   src/bench/queries.sh [jobs=10000] [requests=300]
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-Xmx1g --enable-native-access=ALL-UNNAMED -cp %classpath src/bench/Queries.java $*"
