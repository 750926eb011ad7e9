package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.Volumes.capacity;
import static io.lembos.scheduler.Volumes.driver;
import static io.lembos.scheduler.Volumes.free;
import static io.lembos.scheduler.Volumes.put;
import static io.lembos.scheduler.Volumes.type;
import static io.lembos.scheduler.Volumes.using;
import static io.lembos.scheduler.Volumes.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.TopologySelectorTermBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.Volumes;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Promise;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Storage;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What claims that wait for the scheduler can get on node {@code n}. */
class UnboundVolumesTest {
    private static final String NOTHING = "node(s) didn't find available persistent volumes to bind!";
    private static final String TOO_LITTLE = "node(s) did not have enough free storage!";

    private final SchedulerCache cache = new SchedulerCache();

    @BeforeEach
    void start() {
        cache.putNode(node("n", "4", "8Gi"));
        put(cache, type("local", "kubernetes.io/no-provisioner"));
        put(cache, type("fast", "fast.example.com"));
    }

    @ParameterizedTest
    @CsvSource({"4Gi, 9Gi, 6Gi, pv-3", "4Gi, 6Gi, 9Gi, pv-2", "6Gi, 4Gi, 9Gi, pv-1"})
    void claimGetsTheSmallestVolumeThatIsLargeEnough(String first, String second, String third, String chosen) {
        claims("1", "5Gi");
        volumes("1 " + first + " n", "2 " + second + " n", "3 " + third + " n", "4 5Gi other");
        assertThat(found("1")).isEqualTo("claim-1=" + chosen);
    }

    @Test
    void volumeThatIsReachedFromEverywhereIsWeighedAgainstThoseOfTheNode() {
        claims("1", "5Gi");
        volumes("1 7Gi n", "2 6Gi ''", "3 5Gi other");
        assertThat(found("1")).isEqualTo("claim-1=pv-2");
    }

    @Test
    void claimsOfOnePodTakeDifferentVolumesTheSmallestClaimFirst() {
        claims("1", "5Gi", "2", "1Gi");
        volumes("1 5Gi n", "2 6Gi n");
        assertThat(found("1", "2")).isEqualTo("claim-1=pv-2 claim-2=pv-1");
    }

    @Test
    void onePodNeedsAVolumeForEachClaim() {
        claims("1", "5Gi", "2", "1Gi");
        volumes("1 9Gi n");
        assertThat(verdict("1", "2")).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource({"'', n, pv-1", "uid-claim-1, n, pv-1", "other, n, pv-2", "'', other, " + NOTHING})
    void volumeThatIsSetAsideForTheClaimIsTheOnlyOneThatItTakes(String uid, String where, String result) {
        claims("1", "1Gi");
        volumes("2 1Gi n");
        put(
                cache,
                new PersistentVolumeBuilder(free("1", "local", "9Gi", where))
                        .editSpec()
                        .withNewClaimRef()
                        .withNamespace("default")
                        .withName("claim-1")
                        .withUid(uid)
                        .endClaimRef()
                        .endSpec()
                        .build());
        assertThat(result.startsWith("pv") ? found("1") : verdict("1"))
                .isEqualTo(result.startsWith("pv") ? "claim-1=" + result : result);
    }

    @Test
    void volumeOfAnotherClassIsNoUse() {
        claims("1", "1Gi");
        put(cache, free("1", "fast", "1Gi", "n"));
        assertThat(verdict("1")).isEqualTo(NOTHING);
    }

    @Test
    void whatIsNotThereIsProvisionedAndWhatIsThereTaken() {
        put(cache, waiting("1", "fast", "1Gi"));
        put(cache, waiting("2", "fast", "5Gi"));
        put(cache, free("1", "fast", "2Gi", "n"));
        assertThat(found("1", "2")).isEqualTo("claim-1=pv-1 claim-2=");
    }

    @ParameterizedTest
    @CsvSource({"a, fits", "b, fits", "c, " + NOTHING})
    void classMayKeepItsVolumesInSomePlaces(String zone, String verdict) {
        label("zone", zone);
        put(
                cache,
                new StorageClassBuilder(type("fast", "fast.example.com"))
                        .withAllowedTopologies(new TopologySelectorTermBuilder()
                                .addNewMatchLabelExpression()
                                .withKey("zone")
                                .withValues("a", "b")
                                .endMatchLabelExpression()
                                .build())
                        .build());
        put(cache, waiting("1", "fast", "1Gi"));
        assertThat(verdict("1")).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "true, fast, 5Gi, a, fits",
        "true, fast, 4Gi, a, " + TOO_LITTLE,
        "true, fast, 9Gi, b, " + TOO_LITTLE,
        "true, other, 9Gi, a, " + TOO_LITTLE,
        "false, fast, 4Gi, a, fits"
    })
    void driverMaySayHowMuchItHasLeft(boolean says, String type, String left, String zone, String verdict) {
        label("zone", "a");
        put(cache, driver("fast.example.com", says));
        put(cache, capacity(type, left, "zone", zone));
        put(cache, waiting("1", "fast", "5Gi"));
        assertThat(verdict("1")).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"n, fits", "other, " + NOTHING})
    void claimWhoseVolumeIsBeingMadeStaysWithItsNode(String selected, String verdict) {
        put(
                cache,
                new PersistentVolumeClaimBuilder(waiting("1", "fast", "1Gi"))
                        .editMetadata()
                        .addToAnnotations("volume.kubernetes.io/selected-node", selected)
                        .endMetadata()
                        .build());
        assertThat(verdict("1")).isEqualTo(verdict);
    }

    @Test
    void promisedVolumeIsNobodyElsesUntilThePromiseIsTakenBack() {
        claims("1", "1Gi", "2", "1Gi");
        volumes("1 1Gi n");
        promise("1", Promise.of("pv-1", "n"), "uid-a");
        assertThat(verdict("2")).isEqualTo(NOTHING);
        assertThat(found("1")).isEqualTo("claim-1=pv-1");
        // What the watch says meanwhile does not undo it.
        volumes("1 1Gi n");
        assertThat(verdict("2")).isEqualTo(NOTHING);
        release("1", "uid-a");
        assertThat(found("2")).isEqualTo("claim-2=pv-1");
    }

    @Test
    void podsThatShareAClaimShareItsPromise() {
        claims("1", "1Gi", "2", "1Gi");
        volumes("1 1Gi n", "3 2Gi n");
        promise("1", Promise.of("pv-1", "n"), "uid-a");
        promise("1", Promise.of("pv-1", "n"), "uid-b");
        release("1", "uid-a");
        assertThat(found("2")).isEqualTo("claim-2=pv-3");
        release("1", "uid-b");
        assertThat(found("2")).isEqualTo("claim-2=pv-1");
    }

    @Test
    void claimWhoseVolumeIsPromisedToBeMadeStaysWithItsNode() {
        cache.putNode(node("m", "4", "8Gi"));
        put(cache, waiting("1", "fast", "1Gi"));
        promise("1", Promise.of("", "m"), "uid-a");
        assertThat(verdict("1")).isEqualTo(NOTHING);
    }

    @Test
    void volumesThatWillBeMadeCountForTheDriversLimit() {
        put(cache, Volumes.csiNode("n", 1));
        put(cache, type("fast", Volumes.DRIVER));
        put(cache, waiting("1", "fast", "1Gi"));
        put(cache, waiting("2", "fast", "1Gi"));
        NodeVolumeLimits limits = new NodeVolumeLimits();
        assertThat(One.verdict(limits, using(pod("p", "", ""), "1"), cache.snapshot()))
                .isEqualTo("fits");
        assertThat(One.verdict(limits, using(pod("p", "", ""), "1", "2"), cache.snapshot()))
                .isEqualTo("node(s) exceed max volume count");
        cache.assume(PodInfo.of(using(pod("first", "", ""), "1")), "n");
        assertThat(One.verdict(limits, using(pod("p", "", ""), "2"), cache.snapshot()))
                .isEqualTo("node(s) exceed max volume count");
    }

    /** @param pairs number and size */
    private void claims(String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            put(cache, waiting(pairs[i], "local", pairs[i + 1]));
        }
    }

    /** @param each number, size and node */
    private void volumes(String... each) {
        for (String one : each) {
            String[] parts = one.split(" ");
            PersistentVolume volume = free(parts[0], "local", parts[1], parts[2].replace("'", ""));
            put(cache, volume);
        }
    }

    private void label(String key, String value) {
        var labelled = node("n", "4", "8Gi");
        labelled.getMetadata().getLabels().put(key, value);
        cache.putNode(labelled);
    }

    private void promise(String claim, Promise promise, String uid) {
        cache.storage(s -> s.promising(ObjectKey.of("default", "claim-" + claim), promise, uid), Optional.empty());
    }

    private void release(String claim, String uid) {
        cache.storage(s -> s.notPromising(ObjectKey.of("default", "claim-" + claim), uid), Optional.empty());
    }

    private String verdict(String... claims) {
        return One.verdict(new VolumeBinding(), using(pod("p", "", ""), claims), cache.snapshot());
    }

    /** Which volume each claim gets; nothing after the sign if one is to be made. */
    private String found(String... claims) {
        Storage storage = cache.snapshot().surroundings().storage();
        PodInfo pod = PodInfo.of(using(pod("p", "", ""), claims));
        UnboundClaims unbound = UnboundClaims.of(storage.volumes(pod), storage.offers());
        var outcome = (UnboundClaims.Outcome.Found)
                unbound.on(cache.snapshot().node("n").orElseThrow());
        return outcome.promises().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey().name() + "=" + e.getValue().volume())
                .collect(Collectors.joining(" "));
    }
}
