package io.lembos.apiserver.kubectl;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl events} and {@code get events}. */
@EveryKubectl
class EventsIT {
    private final Terminal terminal;

    EventsIT(Path program, Office office) {
        terminal = office.desk(program);
    }

    @Test
    void areListedAndSelected() {
        terminal.shows("""
                $ kubectl events
                No events found in $NS namespace.
                $ kubectl create -f - <<E
                > apiVersion: v1
                > kind: Event
                > metadata: {name: e}
                > involvedObject: {apiVersion: v1, kind: Pod, name: p, namespace: $NS}
                > type: Warning
                > reason: BackOff
                > message: Back-off restarting
                > count: 3
                > firstTimestamp: $(date -u +%FT%TZ)
                > lastTimestamp: $(date -u +%FT%TZ)
                > ---
                > apiVersion: v1
                > kind: Event
                > metadata: {name: f}
                > involvedObject: {apiVersion: v1, kind: Pod, name: q, namespace: $NS}
                > type: Normal
                > reason: Pulled
                > message: Pulled it
                > lastTimestamp: $(date -u +%FT%TZ)
                > E
                event/e created
                event/f created
                $ kubectl get events
                LAST SEEN   TYPE      REASON    OBJECT   MESSAGE
                ‹age›          Warning   BackOff   pod/p    Back-off restarting
                ‹age›          Normal    Pulled    pod/q    Pulled it
                $ kubectl events --for pod/p
                LAST SEEN         TYPE      REASON    OBJECT   MESSAGE
                ‹age› (x3 over ‹age›)   Warning   BackOff   Pod/p    Back-off restarting
                $ kubectl events --types=Normal --no-headers
                <unknown>   Normal   Pulled   Pod/q   Pulled it
                $ kubectl get events --field-selector involvedObject.name=q,type=Normal -o name
                event/f
                $ kubectl get events --field-selector reason=BackOff -o name
                event/e
                """);
    }
}
