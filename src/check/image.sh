#!/usr/bin/env bash
# Builds the image by its Dockerfile, and runs it as it is meant to run, on a machine without Docker and without the base images: buildah takes
# the steps in a chroot, and stand-ins of the base images are made of Debian's packages, this machine's JDK 25 and its Maven. Needs root on
# Debian.
#   src/check/image.sh [TARGET]      (gpu: fetches 3 GB)
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:-}
work=$(mktemp -d)
export STORAGE_DRIVER=${STORAGE_DRIVER:-overlay} BUILDAH_ISOLATION=chroot
service=""
trap '[ -z "$service" ] || kill "$service" || true; wait; buildah rm --all > /dev/null || true; rm -rf "$work"' EXIT

for package in buildah debootstrap; do
    command -v "$package" > /dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"; }
done
jdk=$(for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do [ ! -x "$home/bin/javac" ] || echo "$home"; done | grep 25 | sed -n 1p)

stand_in() {  # IMAGE: a Debian with Java where the image has it, and Maven
    local container
    buildah inspect "$1" > /dev/null 2>&1 && return
    [ -d "$work/debian" ] || debootstrap --variant=minbase --include=ca-certificates,python3-pip bookworm "$work/debian" > "$work/debootstrap.log"
    [ -d "$work/jdk" ] || cp -rL "$jdk" "$work/jdk"  # its certificates may be a link to the system's
    container=$(buildah from scratch)
    buildah add -q "$container" "$work/debian" /
    buildah add -q "$container" "$work/jdk" /opt/java/openjdk
    cp -rL /usr/share/maven "$work/maven" && buildah add -q "$container" "$work/maven" /usr/share/maven
    buildah config --env JAVA_HOME=/opt/java/openjdk --env PIP_BREAK_SYSTEM_PACKAGES=1 \
        --env PATH=/opt/java/openjdk/bin:/usr/share/maven/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah commit -q --rm "$container" "$1"
}
for image in $(sed -n 's/^FROM \([a-z-]*:[^ ]*\).*/\1/p' Dockerfile); do
    stand_in "$image"
done

buildah build --layers --pull-never --format docker --network host ${target:+--target "$target"} -t "palimpsest${target:+:$target}" .

container=$(buildah from --pull-never "localhost/palimpsest${target:+:$target}")
root=$(buildah mount "$container")
configured() {  # PYTHON: of the image's configuration, words that end with NUL
    buildah inspect --type container "$container" |
        python3 -c 'import json, sys; image = json.load(sys.stdin); print(*'"$1"', sep="\0", end="\0")'
}
mapfile -d '' entry < <(configured 'image["OCIv1"]["config"]["Entrypoint"]')
mapfile -d '' check < <(configured 'image["Docker"]["config"]["Healthcheck"]["Test"][1:]')
mapfile -d '' environment < <(configured 'image["OCIv1"]["config"]["Env"]')
mapfile -d '' user < <(configured 'image["OCIv1"]["config"]["User"].split(":")')

# in the image, its root file system read-only but for the home and a temporary folder, as its user, without any capability
key=$(openssl rand -hex 32) port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
install -d -o "${user[0]}" -g "${user[1]}" "$work/home"
cat > "$work/contained" <<EOF
set -eu
mount --bind "$root" "$root" && mount -o remount,ro,bind "$root"
mount --bind "$work/home" "$root/var/lib/palimpsest"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" setpriv --reuid "${user[0]}" --regid "${user[1]}" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    env --ignore-environment --chdir=/opt/palimpsest ${environment[@]@Q} PALIMPSEST_ACCESS_ADMIN_KEY=$key SERVER_PORT=$port "\$@"
EOF
contained() { unshare --mount bash "$work/contained" "$@"; }

if contained touch /opt/palimpsest/x /usr/x 2> "$work/said"; then
    echo "the root file system can be written to" >&2
    exit 1
fi
began=$(date +%s%N)
unshare --mount bash "$work/contained" "${entry[@]}" > "$work/log" 2>&1 &
service=$!
until contained "${check[@]}" 2> /dev/null; do
    kill -0 "$service" 2> /dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
echo "healthy after $((($(date +%s%N) - began) / 1000000)) ms: ${entry[*]}"

ask() { curl -sf -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "http://127.0.0.1:$port/api/v1/$1" "${@:2}"; }
experiment=$(ask experiments -d '{"name": "image", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_choice"]}' |
    grep -o 'exp_[a-z0-9]*' | sed -n 1p)
job=$(ask jobs -d '{"experiment": "'"$experiment"'", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 4, "alpha": 8},
    "training": {"max_steps": 2, "batch_size": 2, "sequence_length": 128, "learning_rate": 1e-3}, "evaluation": {"limit": 2}}' |
    grep -o 'job_[a-z0-9]*' | sed -n 1p)
until ask "jobs/$job" | grep -qE '"status":"(succeeded|failed)"'; do sleep 1; done
ask "jobs/$job" | grep -o '"status":"[a-z]*"' | sed -n 1p
ask "jobs/$job" | grep '"status":"succeeded"' > /dev/null

kill "$service"
wait "$service" && code=0 || code=$?
echo "ended with $code"
service=""
[ "$code" = 143 ]
