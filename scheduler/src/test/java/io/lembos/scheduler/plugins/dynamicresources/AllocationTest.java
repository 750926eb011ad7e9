package io.lembos.scheduler.plugins.dynamicresources;

import static io.lembos.scheduler.DeviceSamples.exactly;
import static io.lembos.scheduler.DeviceSamples.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAllocationConfiguration;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.lembos.scheduler.devices.Devices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which devices a claim gets, rule by rule. */
class AllocationTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            first one of two | [{name: a}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: ExactCount, count: 1}}]} | r=a
            two of three | [{name: a}, {name: b}, {name: c}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2}}]} | r=a r=b
            too many | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2}}]} | cannot allocate all claims
            all there are | [{name: a}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: All}}]} | r=a r=b
            all of none | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: All, selectors: [{cel: {expression: "false"}}]}}]} | cannot allocate all claims
            all of those that match | [{name: a, attributes: {x: {int: 1}}}, {name: b, attributes: {x: {int: 2}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: All, selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].x > 1'}}]}}]} | r=b
            two requests share nothing | [{name: a}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}, {name: s, exactly: {deviceClassName: gpu}}]} | r=a s=b
            earlier request gives way | [{name: a, attributes: {big: {bool: true}}}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}, {name: s, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: '"big" in device.attributes["gpu.example.com"]'}}]}}]} | r=b s=a
            text | [{name: a, attributes: {model: {string: x}}}, {name: b, attributes: {model: {string: y}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].model == "y"'}}]}}]} | r=b
            version | [{name: a, attributes: {v: {version: 1.2.3}}}, {name: b, attributes: {v: {version: 1.10.0}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].v.compareTo(semver("1.9.0")) > 0'}}]}}]} | r=b
            capacity | [{name: a, capacity: {mem: {value: 1Gi}}}, {name: b, capacity: {mem: {value: 4Gi}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: 'device.capacity["gpu.example.com"].mem.compareTo(quantity("2Gi")) >= 0'}}]}}]} | r=b
            domain of somebody else | [{name: a}, {name: b, attributes: {other.org/x: {int: 3}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: '"x" in device.attributes["other.org"]'}}]}}]} | r=b
            attribute that is not there | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].x == 1'}}]}}]} | `claim default/claim-0: selector #0 on device gpu.example.com/n/a: CEL runtime error: evaluation error at <input>:36: key 'x' is not present in map.`
            nonsense | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: gpu, selectors: [{cel: {expression: 'device.driver'}}]}}]} | claim default/claim-0: selector #0: CEL compile error: must evaluate to bool or the unknown type, not string
            same value | [{name: a, attributes: {numa: {int: 0}}}, {name: b, attributes: {numa: {int: 1}}}, {name: c, attributes: {numa: {int: 1}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2}}], constraints: [{matchAttribute: gpu.example.com/numa}]} | r=b r=c
            same value of some requests | [{name: a, attributes: {numa: {int: 0}}}, {name: b, attributes: {numa: {int: 1}}}, {name: c, attributes: {numa: {int: 1}}}] | {requests: [{name: q, exactly: {deviceClassName: gpu}}, {name: r, exactly: {deviceClassName: gpu}}, {name: s, exactly: {deviceClassName: gpu}}], constraints: [{matchAttribute: gpu.example.com/numa, requests: [r, s]}]} | q=a r=b s=c
            same value but another type | [{name: a, attributes: {numa: {int: 1}}}, {name: b, attributes: {numa: {string: "1"}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2}}], constraints: [{matchAttribute: gpu.example.com/numa}]} | cannot allocate all claims
            without the attribute | [{name: a}, {name: b, attributes: {numa: {int: 1}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}], constraints: [{matchAttribute: gpu.example.com/numa}]} | r=b
            different values | [{name: a, attributes: {numa: {int: 1}}}, {name: b, attributes: {numa: {int: 1}}}, {name: c, attributes: {numa: {int: 2}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2}}], constraints: [{distinctAttribute: gpu.example.com/numa}]} | r=a r=c
            first alternative | [{name: a}, {name: b}] | {requests: [{name: r, firstAvailable: [{name: two, deviceClassName: gpu, count: 2}, {name: one, deviceClassName: gpu}]}]} | r/two=a r/two=b
            second alternative | [{name: a}] | {requests: [{name: r, firstAvailable: [{name: two, deviceClassName: gpu, count: 2}, {name: one, deviceClassName: gpu}]}]} | r/one=a
            alternative that leaves room | [{name: a}, {name: b}] | {requests: [{name: r, firstAvailable: [{name: two, deviceClassName: gpu, count: 2}, {name: one, deviceClassName: gpu}]}, {name: s, exactly: {deviceClassName: gpu}}]} | r/one=a s=b
            constraint on an alternative | [{name: a, attributes: {numa: {int: 1}}}, {name: b, attributes: {numa: {int: 2}}}] | {requests: [{name: r, firstAvailable: [{name: two, deviceClassName: gpu, count: 2}, {name: same, deviceClassName: gpu, count: 2}]}], constraints: [{matchAttribute: gpu.example.com/numa, requests: [r/two]}]} | r/same=a r/same=b
            tainted | [{name: a, taints: [{key: sick, effect: NoSchedule}]}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}]} | r=b
            tainted and tolerated | [{name: a, taints: [{key: sick, value: "yes", effect: NoExecute}]}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu, tolerations: [{key: sick, operator: Exists}]}}]} | r=a
            tainted with another value | [{name: a, taints: [{key: sick, value: "yes", effect: NoSchedule}]}] | {requests: [{name: r, exactly: {deviceClassName: gpu, tolerations: [{key: sick, operator: Equal, value: "no"}]}}]} | cannot allocate all claims
            taint without effect on pods | [{name: a, taints: [{key: sick, effect: None}]}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}]} | r=a
            all of which one is tainted | [{name: a}, {name: b, taints: [{key: sick, effect: NoSchedule}]}] | {requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: All}}]} | cannot allocate all claims
            enough capacity | [{name: a, capacity: {mem: {value: 1Gi}}}, {name: b, capacity: {mem: {value: 4Gi}}}] | {requests: [{name: r, exactly: {deviceClassName: gpu, capacity: {requests: {mem: 2Gi}}}}]} | r=b
            shared by parts | [{name: a, allowMultipleAllocations: true}, {name: b}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}]} | r=b
            not ready before the binding | [{name: a, bindingConditions: [ready], bindingFailureConditions: [failed]}] | {requests: [{name: r, exactly: {deviceClassName: gpu}}]} | cannot allocate all claims
            more than a claim can have | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: gpu, count: 33}}]} | claim default/claim-0: number of requested devices 33 exceeds the claim limit of 32
            class that is not there | [{name: a}] | {requests: [{name: r, exactly: {deviceClassName: tpu}}]} | request r: device class tpu does not exist
            class of an alternative that is not there | [{name: a}] | {requests: [{name: r, firstAvailable: [{name: x, deviceClassName: tpu}]}]} | request r/x: device class tpu does not exist
            """)
    void claimGets(String name, String devices, String claim, String expected) {
        Lab lab = new Lab().with(slice("n", Lab.devices(devices)));
        assertThat(lab.outcome(lab.asking(Lab.read(claim, DeviceClaim.class)), "n"))
                .isEqualTo(expected);
    }

    @Test
    void whatAnotherClaimHasIsTaken() {
        Lab lab = new Lab().with(slice("n", 3)).with(Lab.holding("other", "d0", "d2"));
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("r=d1");
        assertThat(lab.outcome(lab.asking(exactly(2)), "n")).isEqualTo("cannot allocate all claims");
    }

    @Test
    void claimsOfOnePodShareNothing() {
        Lab lab = new Lab().with(slice("n", 3));
        assertThat(lab.outcome(lab.asking(exactly(1), exactly(2)), "n")).isEqualTo("r=d0 ; r=d1 r=d2");
        assertThat(lab.outcome(lab.asking(exactly(2), exactly(2)), "n")).isEqualTo("cannot allocate all claims");
    }

    @Test
    void devicesOfOneNodeAreOfNoUseToAnother() {
        Lab lab = new Lab().with(slice("n", 1));
        assertThat(lab.outcome(lab.asking(exactly(1)), "m")).isEqualTo("cannot allocate all claims");
    }

    @Test
    void whoHasAdminAccessTakesNothingAway() {
        DeviceClaim admin = Lab.read(
                "{requests: [{name: r, exactly: {deviceClassName: gpu, count: 2, adminAccess: true}}]}",
                DeviceClaim.class);
        Lab lab = new Lab().with(slice("n", 2)).with(Lab.holding("other", "d0"));
        var pod = lab.asking(admin);
        assertThat(lab.outcome(pod, "n")).isEqualTo("r=d0 r=d1");
        AllocationResult given = lab.allocations(pod, "n").getFirst();
        assertThat(given.getDevices().getResults())
                .extracting(DeviceRequestAllocationResult::getAdminAccess)
                .containsExactly(true, true);
        var claim = new io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder(
                        io.lembos.scheduler.DeviceSamples.claim("watcher", admin))
                .withNewStatus()
                .withAllocation(given)
                .endStatus()
                .build();
        lab.with(claim);
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("r=d1");
    }

    @Test
    void devicesThatShareACounterAreTakenAsLongAsThereIsSomethingLeft() {
        ResourceSlice counters = Lab.read("""
                {metadata: {name: a}, spec: {driver: gpu.example.com, nodeName: n, pool: {name: n, generation: 1, resourceSliceCount: 2},
                sharedCounters: [{name: card, counters: {mem: {value: 10Gi}}}], devices: []}}""", ResourceSlice.class);
        ResourceSlice devices = Lab.read("""
                {metadata: {name: b}, spec: {driver: gpu.example.com, nodeName: n, pool: {name: n, generation: 1, resourceSliceCount: 2},
                devices: [
                {name: whole, consumesCounters: [{counterSet: card, counters: {mem: {value: 10Gi}}}]},
                {name: d0, consumesCounters: [{counterSet: card, counters: {mem: {value: 5Gi}}}]},
                {name: d1, consumesCounters: [{counterSet: card, counters: {mem: {value: 5Gi}}}]},
                {name: d2, consumesCounters: [{counterSet: card, counters: {mem: {value: 5Gi}}}]}]}}""", ResourceSlice.class);
        Lab lab = new Lab().with(counters).with(devices);
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("r=whole");
        assertThat(lab.outcome(lab.asking(exactly(2)), "n")).isEqualTo("r=d0 r=d1");
        assertThat(lab.outcome(lab.asking(exactly(3)), "n")).isEqualTo("cannot allocate all claims");
        lab.with(Lab.holding("other", "d1"));
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("r=d0");
        assertThat(lab.outcome(lab.asking(exactly(2)), "n")).isEqualTo("cannot allocate all claims");
    }

    @Test
    void onlyTheNewestGenerationCountsOnceItIsComplete() {
        Lab lab = new Lab().with(pool("old", 1, 1, "a"));
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("r=a");
        lab.with(pool("new-1", 2, 2, "b"));
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("cannot allocate all claims");
        DeviceClaim all = Lab.read(
                "{requests: [{name: r, exactly: {deviceClassName: gpu, allocationMode: All}}]}", DeviceClaim.class);
        assertThat(lab.outcome(lab.asking(all), "n"))
                .isEqualTo("request r: asks for all devices, but resource pool gpu.example.com/pool is currently being"
                        + " updated");
        lab.with(pool("new-2", 2, 2, "c"));
        assertThat(lab.outcome(lab.asking(exactly(2)), "n")).isEqualTo("r=b r=c");
        lab.with(pool("new-2", 2, 2, "b"));
        assertThat(lab.outcome(lab.asking(exactly(1)), "n")).isEqualTo("invalid resource pools were encountered");
    }

    private static ResourceSlice pool(String name, int generation, int slices, String device) {
        return Lab.read(
                "{metadata: {name: " + name + "}, spec: {driver: gpu.example.com, nodeName: n, pool: {name: pool,"
                        + " generation: " + generation + ", resourceSliceCount: " + slices + "}, devices: [{name: "
                        + device + "}]}}",
                ResourceSlice.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            everywhere | allNodes: true, devices: [{name: a}] | r=a | r=a | null
            selected   | 'nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n]}]}]}, devices: [{name: a}]' | r=a | cannot allocate all claims | kubernetes.io/hostname
            each its own place | 'perDeviceNodeSelection: true, devices: [{name: a, nodeName: m}, {name: b, allNodes: true}]' | r=b | r=a | null
            """)
    void sharedPoolIsUsedFromWhereItReaches(String name, String spec, String onN, String onM, String selector) {
        ResourceSlice slice = Lab.read(
                "{metadata: {name: s}, spec: {driver: gpu.example.com, pool: {name: net, generation: 1,"
                        + " resourceSliceCount: 1}, " + spec + "}}",
                ResourceSlice.class);
        Lab lab = new Lab().with(slice);
        var pod = lab.asking(exactly(1));
        assertThat(lab.outcome(pod, "n")).isEqualTo(onN);
        assertThat(lab.outcome(pod, "m")).isEqualTo(onM);
        var given = lab.allocations(pod, "n").getFirst().getNodeSelector();
        if (selector.equals("null")) {
            assertThat(given).isNull();
        } else {
            assertThat(given.getNodeSelectorTerms().getFirst().getMatchExpressions())
                    .extracting(NodeSelectorRequirement::getKey)
                    .containsExactly(selector);
        }
    }

    @Test
    void allocationSaysWhereItIsAndHowToSetItUp() {
        DeviceClass type = Lab.read("""
                {metadata: {name: set}, spec: {config: [{opaque: {driver: gpu.example.com, parameters: {a: 1}}}]}}""", DeviceClass.class);
        DeviceClaim claim = Lab.read("""
                {requests: [{name: r, exactly: {deviceClassName: set, tolerations: [{key: x, operator: Exists}]}}, {name: s, firstAvailable: [{name: x, deviceClassName: gpu}, {name: y, deviceClassName: gpu}]}],
                config: [{requests: [s/y], opaque: {driver: gpu.example.com, parameters: {b: 2}}}, {requests: [s/x], opaque: {driver: gpu.example.com, parameters: {c: 3}}}, {opaque: {driver: gpu.example.com, parameters: {d: 4}}}]}""", DeviceClaim.class);
        Lab lab = new Lab().with(slice("n", 2));
        lab.cache.devices(d -> Devices.Change.none(d.with(type)));
        AllocationResult given = lab.allocations(lab.asking(claim), "n").getFirst();
        assertThat(given.getDevices().getConfig())
                .extracting(DeviceAllocationConfiguration::getSource, DeviceAllocationConfiguration::getRequests)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("FromClass", java.util.List.of("r")),
                        org.assertj.core.groups.Tuple.tuple("FromClaim", java.util.List.of("s/x")),
                        org.assertj.core.groups.Tuple.tuple("FromClaim", java.util.List.of()));
        assertThat(given.getNodeSelector().getNodeSelectorTerms().getFirst().getMatchFields())
                .singleElement()
                .satisfies(field -> {
                    assertThat(field.getKey()).isEqualTo("metadata.name");
                    assertThat(field.getValues()).containsExactly("n");
                });
        assertThat(given.getDevices().getResults().getFirst().getTolerations()).hasSize(1);
    }

    @Test
    void nodeWithTheEarlierAlternativeScoresMore() {
        DeviceClaim claim = Lab.read(
                "{requests: [{name: r, firstAvailable: [{name: two, deviceClassName: gpu, count: 2}, {name: one,"
                        + " deviceClassName: gpu}]}]}",
                DeviceClaim.class);
        Lab lab = new Lab().with(slice("n", 1)).with(slice("m", 2));
        var scorer = lab.fit
                .preScore(lab.asking(claim), lab.snapshot(), java.util.List.of())
                .orElseThrow();
        assertThat(scorer.score(lab.snapshot().node("n").orElseThrow())).isEqualTo(7);
        assertThat(scorer.score(lab.snapshot().node("m").orElseThrow())).isEqualTo(8);
        assertThat(lab.fit.preScore(lab.asking(exactly(1)), lab.snapshot(), java.util.List.of()))
                .isEmpty();
    }
}
