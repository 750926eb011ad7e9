package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply --prune}: what was applied before and is no longer written goes. */
@EveryKubectl
class ApplyPruneIT {
    private final Terminal terminal;

    ApplyPruneIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void writesFiles() {
        terminal.shows("""
                $ cat >both.yaml <<E
                > apiVersion: v1
                > kind: ConfigMap
                > metadata: {name: a, labels: {app: web}}
                > ---
                > apiVersion: v1
                > kind: Service
                > metadata: {name: b, labels: {app: web}}
                > spec: {ports: [{port: 80}]}
                > E
                $ cat >first.yaml <<E
                > apiVersion: v1
                > kind: ConfigMap
                > metadata: {name: a, labels: {app: web}}
                > E
                $ cat >second.yaml <<E
                > apiVersion: v1
                > kind: Service
                > metadata: {name: b, labels: {app: web}}
                > spec: {ports: [{port: 80}]}
                > E
                """);
    }

    @Test
    void whatHasTheLabelAndIsNotWrittenGoes() {
        terminal.shows("""
                $ kubectl apply --prune -l app=web -f both.yaml 2>/dev/null
                configmap/a created
                service/b created
                $ kubectl create configmap mine && kubectl label configmap mine app=web
                configmap/mine created
                configmap/mine labeled
                $ kubectl apply --prune -l app=web -f first.yaml --dry-run=server 2>/dev/null
                configmap/a unchanged (server dry run)
                service/b pruned (server dry run)
                $ kubectl apply --prune -l app=web -f first.yaml
                configmap/a unchanged
                W‹any› Deprecated: kubectl apply will no longer prune non-namespaced resources by default ‹any›
                service/b pruned
                $ kubectl get configmaps,services -l app=web -o name
                configmap/a
                configmap/mine
                """);
    }

    @Test
    void onlyKindsOfTheListGo() {
        terminal.shows("""
                $ kubectl apply -f both.yaml
                configmap/a created
                service/b created
                $ kubectl apply --prune -l app=web --prune-allowlist=core/v1/Secret -f second.yaml
                service/b unchanged
                $ kubectl apply --prune -l app=web --prune-allowlist=core/v1/ConfigMap -f second.yaml
                service/b unchanged
                configmap/a pruned
                $ kubectl apply --prune -f second.yaml
                error: all resources selected for prune without explicitly passing --all. To prune all resources, pass \
                the --all flag. If you did not mean to prune all resources, specify a label selector
                [1]
                """);
    }
}
