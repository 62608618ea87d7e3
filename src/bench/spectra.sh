#!/usr/bin/env bash
# The spectra of a model's changes by Palimpsest and by a loop of torch.linalg.svdvals, in one run: seconds and peak memory.
#   src/bench/spectra.sh model=FOLDER [peer=PYTHON] [rounds=3] [rank=16] [threads=CORES]
# The changes are random: a full one that decays slowly, and a LoRA of the rank. PYTHON is an interpreter that has torch and safetensors;
# left out, only our figures are printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="--enable-native-access=ALL-UNNAMED -cp %classpath:src/bench src/bench/Spectra.java $*"
