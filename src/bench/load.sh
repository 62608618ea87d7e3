#!/usr/bin/env bash
# Clients that submit, read, follow and log at once on a service that runs: how long they waited, what went wrong, what the service holds.
#   src/bench/load.sh address=http://127.0.0.1:8080 [clients=50] [seconds=600] [pause=1000]
# A fifth of them logs, a fifth submits and cancels, a fifth follows, the rest reads; each waits pause ms on average between two things. With
# pause=0 they ask again at once: that tells how much the machine can do, and how long its queue is, but not what anybody waits for.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime -Dexec.args="-Xmx256m -cp %classpath:src/bench src/bench/Load.java $*"
