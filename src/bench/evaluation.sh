#!/usr/bin/env bash
# Palimpsest and lm-evaluation-harness (generation: transformers) side by side in one run: items/s or tokens/s, and peak memory.
#   src/bench/evaluation.sh model=FOLDER [hellaswag=FILE] [arc=FILE] [winogrande=FILE] [peer=PYTHON] [rounds=3] [items=100] [fewshot=8]
#                           [batch=16] [threads=CORES] [precisions=fp32,bf16]
# FILEs are JSON lines, HellaSwag's may be gzipped. PYTHON is an interpreter that has torch, transformers and lm_eval; left out, only our
# figures are printed. Where there is a FOLDER-bf16, both sides read bf16 weights from it.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-cp %classpath:src/bench src/bench/Evaluation.java $*"
