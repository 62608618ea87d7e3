#!/usr/bin/env bash
# The chart in a real Kubernetes API server with etcd: the values in cluster/ are applied to namespaces that enforce the restricted pod
# security standard, with unknown and repeated fields refused. There are no controllers and no nodes, so that each pod is tried by itself.
#   src/check/cluster.sh HELM KEDA_CRDS PROMETHEUS_CRDS      (folders)
# Needs Go, and etcd or Debian's packages. The server is built of its Go module once, which takes a quarter of an hour on one core.
set -euo pipefail
cd "$(dirname "$0")/../.."
helm=$1 keda=$2 prometheus=$3
kubernetes=v1.37.2 staging=v0.37.2
programs=${PALIMPSEST_CI_TOOLS:-$HOME/.cache/palimpsest-ci}/kubernetes-$kubernetes
work=$(mktemp -d)
started=()
trap '[ -z "${started[*]}" ] || kill -KILL "${started[@]}" 2> /dev/null || true; rm -rf "$work"' EXIT

build() {  # kube-apiserver and kubectl; the module's own libraries are published beside it, under another number
    local source module=$work/module
    mkdir "$module"
    cd "$module"
    source=$(go mod download -json "k8s.io/kubernetes@$kubernetes" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
    go mod init check
    sed -n "s|.*k8s.io/\(.*\) => ./staging/.*|-replace=k8s.io/\1=k8s.io/\1@$staging|p" "$source/go.mod" |
        xargs go mod edit "-require=k8s.io/kubernetes@$kubernetes"
    GOFLAGS=-mod=mod go get -tool k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kubectl
    mkdir -p "$programs"
    GOFLAGS=-trimpath nice go build -p 2 -o "$programs/" \
        -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$kubernetes -X k8s.io/client-go/pkg/version.gitVersion=$kubernetes" \
        k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kubectl
    cd - > /dev/null
}
[ -x "$programs/kube-apiserver" ] && [ -x "$programs/kubectl" ] || build
command -v etcd > /dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends etcd-server; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
kubectl() { "$programs/kubectl" --kubeconfig "$work/kubeconfig" "$@"; }

etcd=http://127.0.0.1:$(free_port) peers=http://127.0.0.1:$(free_port) api=$(free_port)
etcd --data-dir "$work/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peers" \
    --initial-advertise-peer-urls "$peers" --initial-cluster "default=$peers" > "$work/etcd.log" 2>&1 &
started+=($!) && disown
openssl genrsa -out "$work/accounts.key" 2048 2> /dev/null
token=$(openssl rand -hex 16)
echo "$token,administrator,1,system:masters" > "$work/tokens"
"$programs/kube-apiserver" --etcd-servers "$etcd" --bind-address 127.0.0.1 --secure-port "$api" --cert-dir "$work/certificates" \
    --service-cluster-ip-range 10.96.0.0/16 --token-auth-file "$work/tokens" --authorization-mode RBAC --disable-admission-plugins ServiceAccount \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$work/accounts.key" \
    --service-account-signing-key-file "$work/accounts.key" > "$work/apiserver.log" 2>&1 &
started+=($!) && disown
cat > "$work/kubeconfig" <<EOF
{"apiVersion": "v1", "kind": "Config", "current-context": "here", "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
 "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:$api", "certificate-authority": "$work/certificates/apiserver.crt"}}],
 "users": [{"name": "here", "user": {"token": "$token"}}]}
EOF
until kubectl get --raw /readyz > /dev/null 2>&1; do
    kill -0 "${started[1]}" || { tail -5 "$work/apiserver.log" >&2; exit 1; }
    sleep 0.5
done
kubectl version | sed -n 's/^Server/kube-apiserver/p'

kubectl apply --server-side --validate=strict -f "$keda/keda.sh_scaledobjects.yaml" -f "$keda/keda.sh_triggerauthentications.yaml" \
    -f "$prometheus/monitoring.coreos.com_servicemonitors.yaml" > /dev/null
kubectl wait --for condition=established --timeout 60s crd --all > /dev/null

pods() {  # of what is applied: the pods that controllers would make
    kubectl get deployments,statefulsets,jobs --namespace "$1" -o json | python3 -c '
import json, sys
for owner in json.load(sys.stdin)["items"]:
    pod = owner["spec"]["template"]
    metadata = {"name": owner["metadata"]["name"], "labels": pod["metadata"]["labels"]}
    volumes = owner["spec"].get("volumeClaimTemplates", [])
    pod["spec"].setdefault("volumes", []).extend(
        {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}} for claim in volumes)
    print(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod["spec"]}))'
}

refused() {  # WORDS COMMAND …
    local words=$1
    shift
    if "$@" > "$work/said" 2>&1 || ! grep -q "$words" "$work/said"; then
        echo "not refused by '$words': $*" >&2
        cat "$work/said" >&2
        exit 1
    fi
}

kubectl apply -f - > /dev/null <<EOF
{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "nvidia"}, "handler": "nvidia"}
EOF
for values in src/check/cluster/*.yaml; do
    name=$(basename "$values" .yaml)
    kubectl create namespace "$name" > /dev/null
    kubectl label namespace "$name" pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/enforce-version=latest > /dev/null
    "$helm" template palimpsest helm --namespace "$name" -f "$values" > "$work/$name.yaml"
    kubectl apply --namespace "$name" --server-side --validate=strict --dry-run=server -f "$work/$name.yaml" > "$work/dry"
    KUBECONFIG=$work/kubeconfig "$helm" install palimpsest helm --namespace "$name" -f "$values" > /dev/null
    KUBECONFIG=$work/kubeconfig "$helm" upgrade palimpsest helm --namespace "$name" -f "$values" --set image.tag=next > /dev/null
    kubectl get --namespace "$name" job palimpsest-migrate-2 > /dev/null
    refused NotFound kubectl get --namespace "$name" job palimpsest-migrate-1
    pods "$name" > "$work/pods"
    kubectl create --namespace "$name" --validate=strict --dry-run=server -f "$work/pods" > "$work/tried"
    echo "$name: $(wc -l < "$work/dry") objects, $(wc -l < "$work/tried") pods"
done

# the server refuses what it should
sed 's/"privileged": *[a-z]*//; s/"runAsNonRoot": *true/"runAsNonRoot": false/; q' "$work/pods" > "$work/root"
refused 'violates PodSecurity "restricted:latest"' kubectl create --namespace plain --dry-run=server -f "$work/root"
sed 's/^  backoffLimit: 3/&\n  colour: red/' "$work/plain.yaml" > "$work/red.yaml"
refused 'unknown field "spec.colour"\|field not declared in schema' kubectl apply --namespace plain --server-side --validate=strict --dry-run=server -f "$work/red.yaml"

for values in src/check/cluster/*.yaml; do
    name=$(basename "$values" .yaml)
    KUBECONFIG=$work/kubeconfig "$helm" uninstall palimpsest --namespace "$name" > /dev/null
    kubectl get --namespace "$name" deployments,statefulsets,services,jobs,networkpolicies,poddisruptionbudgets,horizontalpodautoscalers,scaledobjects -o name |
        { ! grep .; }
done
echo "applied, upgraded and removed"
