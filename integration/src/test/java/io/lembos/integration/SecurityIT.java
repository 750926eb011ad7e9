package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What real containers may do. */
@Tag("node-agent")
class SecurityIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("security").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void imageThatRunsAsRootIsRefusedWhereNonRootIsAskedFor() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: root}
                spec:
                  securityContext: {runAsNonRoot: true}
                  containers: [{name: main, image: "lembos.local/hello:1"}]
                """);
        String waiting = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=";
        cluster.kubectl("wait", "pod/root", "--for=" + waiting + "CreateContainerConfigError", "--timeout=30s")
                .output();

        assertThat(cluster.get("pod", "root")
                        .at("/status/containerStatuses/0/state/waiting/message")
                        .asText())
                .startsWith("container has runAsNonRoot and image will run as root (pod: \"root_default(");
    }

    @Test
    void processHasItsUserItsGroupsAndNoRightsMore() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: limited}
                spec:
                  restartPolicy: Never
                  securityContext:
                    runAsUser: 1000
                    runAsGroup: 2000
                    fsGroup: 3000
                    supplementalGroups: [4000]
                    sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "42"}]
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities: {drop: [ALL]}
                        seccompProfile: {type: RuntimeDefault}
                      command:
                        - /bin/busybox
                        - sh
                        - -c
                        - >-
                          /bin/busybox grep -E '^(Uid|Gid|Groups|NoNewPrivs|CapBnd|Seccomp):' /proc/self/status;
                          /bin/busybox cat /proc/sys/net/ipv4/ip_unprivileged_port_start;
                          /bin/busybox touch /x 2>&1
                """);
        cluster.awaitPhase("limited", "Failed");

        assertThat(cluster.kubectl("logs", "limited").output().replaceAll("[ \t]+", " "))
                .contains("Uid: 1000 1000")
                .contains("Gid: 2000 2000")
                .contains("3000 4000")
                .contains("NoNewPrivs: 1")
                .contains("CapBnd: 0000000000000000")
                .contains("Seccomp: 2")
                .contains("\n42\n")
                .contains("Read-only file system");
    }
}
