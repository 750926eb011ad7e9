#!/bin/bash
# A scheduler in Bash: gives each pod that asks for "my-scheduler" a node at random. Needs kubectl, jq, curl, and
# `kubectl proxy` running beside it; SERVER says where that listens.
SERVER="${SERVER:-localhost:8001}"

while true; do
  for PODNAME in $(kubectl --server "$SERVER" get pods -o json |
      jq '.items[] | select(.spec.schedulerName == "my-scheduler") | select(.spec.nodeName == null) | .metadata.name' |
      tr -d '"'); do
    NODES=($(kubectl --server "$SERVER" get nodes -o json | jq '.items[].metadata.name' | tr -d '"'))
    NUMNODES=${#NODES[@]}
    CHOSEN=${NODES[$((RANDOM % NUMNODES))]}
    curl --silent --show-error --output /dev/null --header "Content-Type:application/json" --request POST --data '{
      "apiVersion": "v1", "kind": "Binding", "metadata": {"name": "'$PODNAME'"},
      "target": {"apiVersion": "v1", "kind": "Node", "name": "'$CHOSEN'"}}' \
      "http://$SERVER/api/v1/namespaces/default/pods/$PODNAME/binding/"
    echo "Assigned $PODNAME to $CHOSEN"
  done
  sleep 1
done
