package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl taint}, {@code cordon} and {@code drain}, and a budget that forbids and then allows. */
@EveryKubectl
class NodeIT {
    private final Terminal terminal;

    NodeIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesANodeWithAPod() {
        terminal.shows("""
                $ kubectl create -f - <<E
                > apiVersion: v1
                > kind: Node
                > metadata: {name: $NS-n}
                > E
                node/$NS-n created
                $ kubectl run p --image=busybox --overrides='{"spec":{"nodeName":"$NS-n"}}'
                pod/p created
                """);
    }

    @Test
    void taints() {
        terminal.shows("""
                $ kubectl taint node $NS-n a=b:NoSchedule
                node/$NS-n tainted
                $ kubectl taint node $NS-n a=b:NoSchedule
                error: node $NS-n already has a taint(s) with same effect(s) and --overwrite is false
                [1]
                $ kubectl taint node $NS-n a=c:NoSchedule --overwrite
                node/$NS-n modified
                $ kubectl taint node $NS-n a:NoSchedule-
                node/$NS-n untainted
                $ kubectl taint node $NS-n a-
                error: taint "a" not found
                [1]
                $ kubectl taint node $NS-n a=b:Sometimes
                error: invalid taint effect: Sometimes, unsupported taint effect
                See 'kubectl taint -h' for help and examples
                [1]
                """);
    }

    @Test
    void cordons() {
        terminal.shows("""
                $ kubectl cordon $NS-n
                node/$NS-n cordoned
                $ kubectl cordon $NS-n
                node/$NS-n already cordoned
                $ kubectl get node $NS-n --no-headers | cut -c-40
                $NS-n   Unknown,SchedulingDisabled
                $ kubectl get node $NS-n -o jsonpath='{.spec.taints[*].key}'; echo

                $ kubectl uncordon $NS-n
                node/$NS-n uncordoned
                $ kubectl uncordon $NS-n
                node/$NS-n already uncordoned
                $ kubectl cordon none
                Error from server (NotFound): nodes "none" not found
                [1]
                """);
    }

    @Test
    void drainsWhatMayGo() {
        terminal.shows("""
                $ kubectl drain $NS-n
                node/$NS-n cordoned
                error: unable to drain node "$NS-n" due to error:‹more›cannot delete ‹any› (use --force to override): $NS/p‹more›
                [1]
                $ kubectl drain $NS-n --force --dry-run=server
                node/$NS-n already cordoned (server dry run)
                Warning: deleting Pods that declare no controller: $NS/p
                evicting pod $NS/p (server dry run)
                node/$NS-n drained (server dry run)
                $ kubectl create pdb strict --selector=run=p --min-available=1
                poddisruptionbudget.policy/strict created
                $ kubectl patch pdb strict --subresource=status --type=merge \
                -p '{"status":{"observedGeneration":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}'
                poddisruptionbudget.policy/strict patched
                $ kubectl patch pod p --subresource=status -p '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}'
                pod/p patched
                $ kubectl drain $NS-n --force --timeout=1s
                node/$NS-n already cordoned
                Warning: deleting Pods that declare no controller: $NS/p
                evicting pod $NS/p
                error when evicting pods/"p" -n "$NS" (will retry after 5s): Cannot evict pod as it would violate the pod's \
                disruption budget.
                ‹more›error when evicting pods/"p" -n "$NS": global timeout reached: 1s
                [1]
                $ kubectl patch pdb strict --subresource=status --type=merge \
                -p '{"status":{"disruptionsAllowed":1,"observedGeneration":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2}}'
                poddisruptionbudget.policy/strict patched
                $ kubectl drain $NS-n --force --grace-period=0
                node/$NS-n already cordoned
                Warning: deleting Pods that declare no controller: $NS/p
                evicting pod $NS/p
                pod/p evicted
                node/$NS-n drained
                $ kubectl get pdb strict -o jsonpath='{.status.disruptionsAllowed}'; echo
                0
                """);
    }
}
