package io.lembos.kubelet.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.json.TypedJson;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAdmissionTest {
    private static final Map<String, Quantity> ALLOCATABLE =
            Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi"), "pods", new Quantity("3"));

    private final NodeAdmission admission = new NodeAdmission(
            new NodeAdmission.Facts("here", ALLOCATABLE, () -> Map.of("zone", "a", "size", "5"), false, false));

    @Test
    void stateOfTheNodeCountsForThoseThatAreNew() throws Exception {
        Rejection because = new Rejection("Evicted", "because");
        NodeAdmission closed = new NodeAdmission(
                new NodeAdmission.Facts("here", ALLOCATABLE, Map::of, false, false), pod -> Optional.of(because));
        Pod running = new PodBuilder(asking("1", "1"))
                .withNewStatus()
                .withStartTime("2026-01-01T00:00:00Z")
                .endStatus()
                .build();

        assertThat(closed.admit(asking("2", "1"))).contains(because);
        assertThat(closed.admit(running)).isEmpty();
    }

    @Test
    void podsAreLetInUntilTheNodeIsFull() throws Exception {
        assertThat(admission.admit(asking("1", "1500m"))).isEmpty();

        assertThat(admission.admit(asking("2", "1")))
                .contains(new Rejection(
                        "OutOfcpu",
                        "Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000"));
        assertThat(admission.admit(asking("3", "500m"))).isEmpty();
    }

    @Test
    void podThatEndedOrWentMakesRoom() throws Exception {
        Pod first = asking("1", "2");
        admission.admit(first);
        admission.update(new PodBuilder(first)
                .withNewStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build());
        assertThat(admission.admit(asking("2", "2"))).isEmpty();
        admission.forget(asking("2", "2"));
        assertThat(admission.admit(asking("3", "2"))).isEmpty();
    }

    @Test
    void numberOfPodsIsLimited() throws Exception {
        for (String uid : new String[] {"1", "2", "3"}) {
            assertThat(admission.admit(pod(uid, "{}"))).isEmpty();
        }
        assertThat(admission.admit(pod("4", "{}")).map(Rejection::reason)).contains("OutOfpods");
    }

    @Test
    void podThatRunsHereAlreadyIsNotJudgedAgain() throws Exception {
        Pod running = new PodBuilder(asking("1", "100"))
                .withNewStatus()
                .withStartTime("2026-01-01T00:00:00Z")
                .endStatus()
                .build();

        assertThat(admission.admit(running)).isEmpty();
        assertThat(admission.admit(asking("2", "1")).map(Rejection::reason)).contains("OutOfcpu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'nodeSelector':{'zone':'b'}} | NodeAffinity",
                "{'os':{'name':'windows'}} | PodOSNotSupported",
                "{'securityContext':{'sysctls':[{'name':'kernel.msgmax','value':'1'}]}} | SysctlForbidden",
                "{'hostNetwork':true,'securityContext':{'sysctls':[{'name':'net.ipv4.tcp_rmem','value':'1'}]}} |"
                        + " SysctlForbidden",
                "{'securityContext':{'appArmorProfile':{'type':'RuntimeDefault'}}} | AppArmor",
                "{'securityContext':{'supplementalGroupsPolicy':'Strict'}} | SupplementalGroupsPolicyNotSupported",
                "{'containers':[{'resources':{'requests':{'example.com/gpu':'1'}}}]} | OutOfexample.com/gpu",
            })
    void whatTheNodeCannotDoIsRefused(String spec, String reason) throws Exception {
        assertThat(admission.admit(pod("1", spec)).map(Rejection::reason)).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'key':'zone','operator':'In','values':['a','b']} | true",
                "{'key':'zone','operator':'NotIn','values':['a']} | false",
                "{'key':'none','operator':'NotIn','values':['a']} | true",
                "{'key':'zone','operator':'Exists'} | true",
                "{'key':'zone','operator':'DoesNotExist'} | false",
                "{'key':'size','operator':'Gt','values':['4']} | true",
                "{'key':'size','operator':'Lt','values':['5']} | false",
                "{'key':'zone','operator':'Gt','values':['4']} | false",
            })
    void requiredAffinityIsHeldTo(String expression, boolean fits) throws Exception {
        String spec = "{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                + "{'nodeSelectorTerms':[{'matchExpressions':[" + expression + "]}]}}}}";

        assertThat(admission.admit(pod("1", spec)).isEmpty()).isEqualTo(fits);
    }

    @Test
    void portOfTheMachineIsGivenOnce() throws Exception {
        admission.admit(pod("1", "{'containers':[{'ports':[{'containerPort':80,'hostPort':8080}]}]}"));

        assertThat(admission
                        .admit(pod(
                                "2",
                                "{'containers':[{'ports':[{'containerPort':1,'hostPort':8080,'hostIP':'10.0.0.1'}]}]}"))
                        .map(Rejection::reason))
                .contains("NodePorts");
        assertThat(admission.admit(
                        pod("3", "{'containers':[{'ports':[{'containerPort':1,'hostPort':8080,'protocol':'UDP'}]}]}")))
                .isEmpty();
    }

    @Test
    void rejectedPodHasFailed() throws Exception {
        var status = new Rejection("OutOfcpu", "too much").status(pod("1", "{}"), Instant.EPOCH);

        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getReason()).isEqualTo("OutOfcpu");
        assertThat(status.getMessage()).isEqualTo("Pod was rejected: too much");
        assertThat(Optional.ofNullable(status.getStartTime())).contains("1970-01-01T00:00:00Z");
    }

    private static Pod asking(String uid, String cpu) throws JsonProcessingException {
        return pod(uid, "{'containers':[{'resources':{'requests':{'cpu':'" + cpu + "'}}}]}");
    }

    private static Pod pod(String uid, String spec) throws JsonProcessingException {
        String json = "{'metadata':{'name':'p','uid':'" + uid + "'},'spec':" + spec + "}";
        return TypedJson.MAPPER.readValue(json.replace('\'', '"'), Pod.class);
    }
}
