package io.lembos.api.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimDemandTest {

    @ParameterizedTest
    @CsvSource({
        "1Gi, ReadWriteOnce, Filesystem, fast, ssd, Available, true",
        "1000Mi, ReadWriteOnce, Filesystem, fast, ssd, Available, false",
        "1025Mi, ReadWriteOnce, Filesystem, fast, ssd, Available, true",
        "1Gi, ReadOnlyMany, Filesystem, fast, ssd, Available, false",
        "1Gi, ReadWriteOnce ReadOnlyMany, Filesystem, fast, ssd, Available, true",
        "1Gi, ReadWriteOnce, Block, fast, ssd, Available, false",
        "1Gi, ReadWriteOnce, '', fast, ssd, Available, true",
        "1Gi, ReadWriteOnce, Filesystem, slow, ssd, Available, false",
        "1Gi, ReadWriteOnce, Filesystem, fast, hdd, Available, false",
        "1Gi, ReadWriteOnce, Filesystem, fast, ssd, Pending, false",
        "1Gi, ReadWriteOnce, Filesystem, fast, ssd, Released, false"
    })
    void freeVolumeMustGiveAllThatIsAsked(
            String size, String modes, String mode, String type, String disk, String phase, boolean fits) {
        PersistentVolume volume = new PersistentVolumeBuilder(volume("v", size))
                .editMetadata()
                .addToLabels("disk", disk)
                .endMetadata()
                .editSpec()
                .withAccessModes(modes.split(" "))
                .withVolumeMode(mode.isEmpty() ? null : mode)
                .withStorageClassName(type)
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
        PersistentVolumeClaim claim = new PersistentVolumeClaimBuilder(claim())
                .editSpec()
                .withNewSelector()
                .addToMatchLabels("disk", "ssd")
                .endSelector()
                .endSpec()
                .build();
        assertThat(ClaimDemand.of(claim).mayTake(volume)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({"shop, data, '', true", "shop, data, u1, true", "shop, data, u2, false", "mall, data, '', false"})
    void volumeThatIsSetAsideIsForItsClaimOnly(String namespace, String name, String uid, boolean reserved) {
        PersistentVolume volume = new PersistentVolumeBuilder(volume("v", "1Gi"))
                .editSpec()
                .withNewClaimRef()
                .withNamespace(namespace)
                .withName(name)
                .withUid(uid)
                .endClaimRef()
                .endSpec()
                .build();
        ClaimDemand demand = ClaimDemand.of(claim());
        assertThat(demand.isReserved(volume)).isEqualTo(reserved);
        assertThat(demand.mayTake(volume)).isFalse();
    }

    @Test
    void volumeThatIsBeingDeletedIsNoUse() {
        PersistentVolume volume = new PersistentVolumeBuilder(volume("v", "1Gi"))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(ClaimDemand.of(claim()).mayTake(volume("v", "1Gi"))).isTrue();
        assertThat(ClaimDemand.of(claim()).mayTake(volume)).isFalse();
    }

    @Test
    void smallestComesFirstAndTheNameDecidesBetweenEquals() {
        assertThat(Stream.of(volume("c", "2Gi"), volume("b", "1Gi"), volume("a", "1024Mi"), volume("d", "900Mi"))
                        .sorted(ClaimDemand.SMALLEST)
                        .map(v -> v.getMetadata().getName()))
                .containsExactly("d", "a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource({
        "1Gi, ReadWriteOnce, fast, Filesystem, ''",
        "1Mi, ReadWriteOnce, fast, Filesystem, requested PV is too small",
        "1Gi, ReadWriteOnce, slow, Filesystem, storageClassName does not match",
        "1Gi, ReadWriteOnce, fast, Block, incompatible volumeMode",
        "1Gi, ReadOnlyMany, fast, Filesystem, incompatible accessMode"
    })
    void claimThatNamesItsVolumeIsToldWhatIsWrongWithIt(
            String size, String mode, String type, String volumeMode, String wrong) {
        PersistentVolume volume = new PersistentVolumeBuilder(volume("v", size))
                .editSpec()
                .withAccessModes(mode)
                .withStorageClassName(type)
                .withVolumeMode(volumeMode)
                .endSpec()
                .build();
        assertThat(ClaimDemand.of(claim()).mismatch(volume)).isEqualTo(wrong);
    }

    @Test
    void annotationOfOldNamesTheClass() {
        PersistentVolumeClaim claim = claim();
        claim.getMetadata().getAnnotations().put("volume.beta.kubernetes.io/storage-class", "old");
        assertThat(ClaimDemand.className(claim)).isEqualTo("old");
    }

    private static PersistentVolumeClaim claim() {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("data")
                .withUid("u1")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName("fast")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
    }

    private static PersistentVolume volume(String name, String size) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName("fast")
                .addToCapacity("storage", new Quantity(size))
                .endSpec()
                .withNewStatus()
                .withPhase("Available")
                .endStatus()
                .build();
    }
}
