package io.lembos.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.api.quantity.Quantity;
import io.lembos.apiserver.kinds.BuiltIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {

    /** Facts known by heart, one per notation. */
    @ParameterizedTest
    @CsvSource({
        "core.v1.PodSpec,containers,MAP,name,name,merge",
        "core.v1.Container,ports,MAP,containerPort+protocol,containerPort,merge",
        "core.v1.EphemeralContainer,env,MAP,name,name,merge",
        "core.v1.PodSpec,volumes,MAP,name,name,merge+retainKeys",
        "core.v1.PodSpec,tolerations,ATOMIC,,,",
        "core.v1.NodeSpec,podCIDRs,SET,,,merge",
        "core.v1.ServiceSpec,ports,MAP,port+protocol,port,merge",
        "apps.v1.DeploymentSpec,strategy,ATOMIC,,,retainKeys",
        "apps.v1.DeploymentStatus,conditions,MAP,type,type,merge",
    })
    void knowsHowListsMerge(String type, String field, String list, String keys, String mergeKey, String strategies) {
        Schema schema = BuiltIn.CATALOG.schema("io.k8s.api." + type).property(field);
        assertThat(schema.listType().name()).isEqualTo(list);
        assertThat(String.join("+", schema.mapKeys())).isEqualTo(keys == null ? "" : keys);
        assertThat(schema.mergeKey()).isEqualTo(mergeKey == null ? "" : mergeKey);
        assertThat(String.join("+", schema.patchStrategies())).isEqualTo(strategies == null ? "" : strategies);
    }

    @Test
    void knowsTypesAndMeanings() {
        Schema pod = BuiltIn.CATALOG.schema("io.k8s.api.core.v1.Pod");
        Schema container = pod.property("spec").property("containers").items();
        assertThat(container.simpleName()).isEqualTo("Container");
        assertThat(container.required()).containsExactly("name");
        Schema limits = container.property("resources").property("limits");
        assertThat(limits.property("cpu").meaning()).isEqualTo(Schema.Meaning.QUANTITY);
        assertThat(pod.property("metadata").property("creationTimestamp").meaning())
                .isEqualTo(Schema.Meaning.TIME);
        Schema lease = BuiltIn.CATALOG.schema("io.k8s.api.coordination.v1.LeaseSpec");
        assertThat(lease.property("renewTime").meaning()).isEqualTo(Schema.Meaning.MICRO_TIME);
        assertThat(lease.property("leaseDurationSeconds").format()).isEqualTo("int32");
        assertThat(BuiltIn.CATALOG.schema("io.k8s.api.core.v1.NodeSelector").isAtomicMap())
                .isTrue();
        assertThat(BuiltIn.CATALOG
                        .schema("io.k8s.api.apps.v1.ControllerRevision")
                        .property("data")
                        .preservesUnknown())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1000m,1",
        "0.5,500m",
        "1.5,1500m",
        "1024Ki,1Mi",
        "1Gi,1Gi",
        "1073741824,1073741824",
        "1.5Gi,1536Mi",
        "1000,1k",
        "1e3,1e3",
        "12345e3,12345e3",
        "0,0",
        "0Mi,0",
        "-1,-1",
        "100M,100M",
        "0.1Mi,104857600m",
        "2.5e6,2500e3"
    })
    void writesQuantitiesOneWay(String text, String canonical) {
        assertThat(Quantity.parse(text).canonical()).isEqualTo(canonical);
        assertThat(Quantity.parse(canonical)).isEqualByComparingTo(Quantity.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"abc", "1x", "1 Gi", "''", "1..2"})
    void refusesOtherQuantities(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
