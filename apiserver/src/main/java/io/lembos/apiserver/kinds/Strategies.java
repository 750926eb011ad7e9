package io.lembos.apiserver.kinds;

import java.util.Map;
import java.util.function.UnaryOperator;

/** The strategies that a kind file may name. Each takes the standard one and adds to it. */
final class Strategies {
    private Strategies() {}

    static Map<String, UnaryOperator<KindStrategy>> builtIn(ServiceAddresses addresses) {
        return Map.of(
                "Pod", PodStrategy::new,
                "Secret", SecretStrategy::new,
                "CustomResourceDefinition", CustomResourceDefinitionStrategy::new,
                "Namespace", NamespaceStrategy::new,
                "Node", NodeStrategy::new,
                "Service", standard -> new ServiceStrategy(standard, addresses));
    }
}
