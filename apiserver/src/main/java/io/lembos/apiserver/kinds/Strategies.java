package io.lembos.apiserver.kinds;

import io.lembos.api.time.Clock;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The strategies that a kind file may name. Each takes the standard one and adds to it. */
final class Strategies {
    private Strategies() {}

    static Map<String, UnaryOperator<KindStrategy>> builtIn(ServiceAddresses addresses, Clock clock) {
        return Map.of(
                "Pod", standard -> new PodStrategy(standard, clock),
                "Secret", SecretStrategy::new,
                "CustomResourceDefinition", CustomResourceDefinitionStrategy::new,
                "Namespace", NamespaceStrategy::new,
                "Node", NodeStrategy::new,
                "Job", JobStrategy::new,
                "Volume", VolumeStrategy::new,
                "CertificateSigningRequest", standard -> new CertificateStrategy(standard, clock),
                "Service", standard -> new ServiceStrategy(standard, addresses));
    }
}
