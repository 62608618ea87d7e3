#!/usr/bin/env bash
# Palimpsest and PEFT side by side on the same finetuning steps, in one run: tokens/s and peak memory, as a table.
#   src/bench/finetuning.sh [peer=PYTHON] [rounds=3] [steps=5] [threads=CORES] [methods=lora,full] [precisions=bf16,fp32]
#                           [shapes=4x256,2x512] [checkpointing=no,yes] [updates=end|end,backward]
# PYTHON is an interpreter that has torch, transformers and peft; left out, only our figures are printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-cp %classpath:src/bench src/bench/Finetuning.java $*"
