#!/bin/sh
# Starts a command with the libtorch bindings that fit the machine: CUDA's where NVIDIA's driver can be loaded, which a GPU host's
# container runtime brings into the container, else the processor's. Both are bindings to the same libtorch.
set -eu
if [ -z "$(LD_PRELOAD=libcuda.so.1 /bin/true 2>&1)" ]; then
    PYTORCH_FLAVOR=cu128
else
    PYTORCH_FLAVOR=cpu
fi
export PYTORCH_FLAVOR
exec "$@"
