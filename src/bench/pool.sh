#!/usr/bin/env bash
# A pool of thousands of workers on a queue of a million jobs: what each thing that workers ask of PostgreSQL takes of its processor, whether it
# keeps up with all of them at once, how long a job waits, how projects share, and what a notification costs that all of them hear.
#   src/bench/pool.sh [workers=5000] [jobs=1000000] [projects=20] [asks=15] [seconds=60] [turn=60] [connections=48] [listening=10,100,500,1000]
# PostgreSQL, the queue and the claims are real ones. Workers are threads that share so many connections and only pretend to train, for turn
# seconds on average. Each step of listening opens so many connections that hear of what waits, which PostgreSQL has to have memory for.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-Xmx3g --enable-native-access=ALL-UNNAMED -cp %classpath:src/bench src/bench/Pool.java $*"
