#!/usr/bin/env bash
# Palimpsest and transformers side by side on the same text, in one run: tokens/s from a JSONL file to token ids.
#   src/bench/tokenizing.sh text=FILE [peer=PYTHON] [model=FOLDER] [megabytes=20] [rounds=3]
# FILE is JSONL with a field text, repeated up to the size; PYTHON is an interpreter that has transformers.
set -euo pipefail
cd "$(dirname "$0")/../.."
mvn -q -B compile exec:exec -Dexec.executable=java -Dexec.classpathScope=runtime \
    -Dexec.args="-Xmx1g --enable-native-access=ALL-UNNAMED -cp %classpath src/bench/Tokenizing.java $*"
