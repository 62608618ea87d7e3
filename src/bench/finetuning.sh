#!/usr/bin/env bash
# Palimpsest and PEFT side by side on the same finetuning steps, in one run: tokens/s and peak memory.
#   src/bench/finetuning.sh [peer=PYTHON] [rounds=3] [steps=8] [threads=CORES] [method=lora|full]
# PYTHON is an interpreter that has torch, transformers and peft; left out, only our figures are printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-cp %classpath src/bench/Finetuning.java $*"
