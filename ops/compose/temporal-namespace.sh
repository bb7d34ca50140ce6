#!/bin/sh
# Prepares the namespace: how long closed workflows are kept, and the search attributes of temporal/search-attributes.ts.
# Safe to repeat.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"
retention="${TEMPORAL_RETENTION:-30d}"

if temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$namespace" --retention "$retention" >/dev/null
else
  temporal operator namespace create --namespace "$namespace" --retention "$retention" >/dev/null
fi

# The server's parts learn of a new namespace a moment later.
known=""
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  if known="$(temporal operator search-attribute list --namespace "$namespace" --output json 2>/dev/null)"; then break; fi
  sleep 2
done
if [ -z "$known" ]; then
  echo "the namespace $namespace did not become usable" >&2
  exit 1
fi

for name in ConnectionId AdAccountId ImportKind Phase WaitReason; do
  case "$known" in
    *"\"$name\""*) ;;
    *) temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword ;;
  esac
done
echo "The namespace $namespace is ready."
