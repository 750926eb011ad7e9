package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.lembos.api.meta.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What the Lease of a node looks like, by which others see that its agent lives; in Kubernetes' measures. Pure. */
public final class NodeLeases {
    /** How often it is renewed: a quarter of its duration. */
    public static final Duration RENEW = Duration.ofSeconds(10);

    /** How long after its last renewal the agent counts as gone. */
    public static final Duration DURATION = Duration.ofSeconds(40);

    private static final String NAMESPACE = "kube-node-lease";

    private static final DateTimeFormatter MICRO_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

    private NodeLeases() {}

    public static ObjectKey key(String nodeName) {
        return ObjectKey.of(NAMESPACE, nodeName);
    }

    /** @param node owner, with which the lease goes */
    public static Lease create(String nodeName, Optional<Node> node, Instant now) {
        LeaseBuilder lease = new LeaseBuilder()
                .withNewMetadata()
                .withName(nodeName)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(nodeName)
                .withLeaseDurationSeconds((int) DURATION.toSeconds())
                .withRenewTime(time(now))
                .endSpec();
        node.ifPresent(n -> lease.editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(nodeName)
                        .withUid(n.getMetadata().getUid())
                        .build())
                .endMetadata());
        return lease.build();
    }

    /** A moment as a MicroTime is written. */
    public static String micros(Instant now) {
        return MICRO_TIME.format(time(now));
    }

    public static ZonedDateTime time(Instant now) {
        return now.truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
    }
}
