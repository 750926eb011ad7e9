package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What real containers know of their surroundings: variables, hosts, names. */
@Tag("node-agent")
class EnvironmentIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("environment").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void servicesResourcesAndTheApiServerAreInTheEnvironment() {
        cluster.kubectl("create", "service", "clusterip", "shop", "--tcp=80:8080")
                .output();
        String ip = cluster.get("service", "shop").at("/spec/clusterIP").asText();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: told}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, env]
                      resources: {requests: {cpu: 250m}}
                      env:
                        - {name: CPU, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
                        - {name: CORES, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                        - {name: SHOP_URL, value: "http://$(SHOP_SERVICE_HOST):$(SHOP_SERVICE_PORT) $$(CPU)"}
                        - {name: KUBERNETES_SERVICE_PORT, value: mine}
                """);
        cluster.awaitPhase("told", "Succeeded");

        String cores =
                cluster.get("nodes").at("/items/0/status/allocatable/cpu").asText();
        assertThat(cluster.kubectl("logs", "told").output().lines())
                .contains(
                        "CPU=250",
                        "CORES=" + cores,
                        "SHOP_URL=http://" + ip + ":80 $(CPU)",
                        "SHOP_PORT_80_TCP_ADDR=" + ip,
                        "KUBERNETES_SERVICE_PORT=mine",
                        "KUBERNETES_SERVICE_PORT_HTTPS=443");
    }

    @Test
    void servicesOfTheNamespaceStayAwayWhereNotWanted() {
        cluster.kubectl("create", "service", "clusterip", "quiet", "--tcp=80:8080")
                .output();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: alone}
                spec:
                  restartPolicy: Never
                  enableServiceLinks: false
                  containers: [{name: main, image: "lembos.local/hello:1", command: [/bin/busybox, env]}]
                """);
        cluster.awaitPhase("alone", "Succeeded");

        assertThat(cluster.kubectl("logs", "alone").output())
                .contains("KUBERNETES_SERVICE_HOST=")
                .doesNotContain("QUIET_");
    }

    @Test
    void everyKeyOfAConfigMapIsAVariableAsItIsWritten() {
        cluster.kubectl("create", "configmap", "odd", "--from-literal=1st=one", "--from-literal=a.b-c=two")
                .output();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: odd}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, env]
                      envFrom: [{configMapRef: {name: odd}}]
                """);
        cluster.awaitPhase("odd", "Succeeded");

        assertThat(cluster.kubectl("logs", "odd").output().lines()).contains("1st=one", "a.b-c=two");
    }

    @Test
    void podKnowsItsNameAndWhomToAsk() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: named}
                spec:
                  restartPolicy: Never
                  hostname: first
                  subdomain: db
                  setHostnameAsFQDN: true
                  hostAliases: [{ip: 10.1.1.1, hostnames: [far]}]
                  dnsPolicy: None
                  dnsConfig: {nameservers: [198.51.100.1], searches: [own.example], options: [{name: ndots, value: "3"}]}
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, sh, -c, "/bin/busybox hostname; /bin/busybox cat /etc/hosts /etc/resolv.conf"]
                """);
        cluster.awaitPhase("named", "Succeeded");

        String ip = cluster.get("pod", "named").at("/status/podIP").asText();
        assertThat(cluster.kubectl("logs", "named").output())
                .startsWith("first.db.default.svc.cluster.local\n# Kubernetes-managed hosts file.\n")
                .contains(ip + "\tfirst.db.default.svc.cluster.local\tfirst\n")
                .contains("10.1.1.1\tfar\n")
                .contains("search own.example\nnameserver 198.51.100.1\noptions ndots:3\n");
    }
}
