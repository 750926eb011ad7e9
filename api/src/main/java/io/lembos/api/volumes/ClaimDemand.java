package io.lembos.api.volumes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeResourceRequirements;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a claim asks of a volume, and whether a volume gives it; the rules of component-helpers/storage/volume. Where a
 * volume can be reached from is left to who knows nodes. Immutable and pure.
 *
 * @param bytes at least so many
 * @param className empty for volumes without a class
 * @param attributesClass empty for volumes without one
 */
public record ClaimDemand(
        ObjectKey key,
        String uid,
        BigDecimal bytes,
        Set<String> accessModes,
        String volumeMode,
        String className,
        Selector selector,
        String attributesClass) {
    /** The smallest is the best; the name decides between equals, so that everybody decides alike. */
    public static final Comparator<PersistentVolume> SMALLEST = Comparator.comparing(ClaimDemand::capacity)
            .thenComparing(v -> v.getMetadata().getName());

    private static final String STORAGE = "storage";

    public static ClaimDemand of(PersistentVolumeClaim claim) {
        PersistentVolumeClaimSpec spec = claim.getSpec();
        LabelSelector selector = spec.getSelector();
        return new ClaimDemand(
                ObjectKey.of(claim),
                Objects.requireNonNullElse(claim.getMetadata().getUid(), ""),
                requested(spec.getResources()),
                Set.copyOf(spec.getAccessModes()),
                mode(spec.getVolumeMode()),
                className(claim),
                selector == null ? Selector.EVERYTHING : LabelSelectors.of(selector),
                Objects.requireNonNullElse(spec.getVolumeAttributesClassName(), ""));
    }

    /** Empty if the claim wants a volume without a class, or has not been given one. */
    public static String className(PersistentVolumeClaim claim) {
        return className(claim.getMetadata().getAnnotations(), claim.getSpec().getStorageClassName());
    }

    /** Empty if it has none. */
    public static String className(PersistentVolume volume) {
        return className(volume.getMetadata().getAnnotations(), volume.getSpec().getStorageClassName());
    }

    private static String className(Map<String, String> annotations, String field) {
        String old = annotations == null ? null : annotations.get(StorageAnnotations.CLASS_BETA);
        return old != null ? old : Objects.requireNonNullElse(field, "");
    }

    private static BigDecimal requested(VolumeResourceRequirements resources) {
        return resources == null ? BigDecimal.ZERO : amount(resources.getRequests());
    }

    public static BigDecimal capacity(PersistentVolume volume) {
        return amount(volume.getSpec().getCapacity());
    }

    private static BigDecimal amount(Map<String, Quantity> amounts) {
        Quantity amount = amounts == null ? null : amounts.get(STORAGE);
        return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    }

    private static String mode(String mode) {
        return Objects.requireNonNullElse(mode, "Filesystem");
    }

    /** Whether somebody has set this volume aside for just this claim, by its name or for good by its uid. */
    public boolean isReserved(PersistentVolume volume) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        return owner != null
                && ObjectKey.of(owner.getNamespace(), owner.getName()).equals(key)
                && (isBlank(owner.getUid()) || owner.getUid().equals(uid));
    }

    /** Whether anybody may have the volume. */
    public static boolean isFree(PersistentVolume volume) {
        return volume.getSpec().getClaimRef() == null
                && volume.getStatus() != null
                && "Available".equals(volume.getStatus().getPhase());
    }

    /** Whether a volume that is set aside for the claim is good enough for it. */
    public boolean accepts(PersistentVolume volume) {
        return capacity(volume).compareTo(bytes) >= 0
                && mode(volume.getSpec().getVolumeMode()).equals(volumeMode)
                && Objects.requireNonNullElse(volume.getSpec().getVolumeAttributesClassName(), "")
                        .equals(attributesClass)
                && volume.getMetadata().getDeletionTimestamp() == null;
    }

    /** Whether the claim may take a volume that nobody has. */
    public boolean mayTake(PersistentVolume volume) {
        return isFree(volume)
                && className(volume).equals(className)
                && accepts(volume)
                && givesModes(volume)
                && selector.matches(volume.getMetadata().getLabels());
    }

    /** Whether the volume can be used in all the ways that the claim asks for. */
    public boolean givesModes(PersistentVolume volume) {
        return volume.getSpec().getAccessModes().containsAll(accessModes);
    }

    /**
     * What is wrong with a volume that the claim has named itself, in Kubernetes' words; empty if nothing is.
     */
    public String mismatch(PersistentVolume volume) {
        if (capacity(volume).compareTo(bytes) < 0) {
            return "requested PV is too small";
        }
        if (!className(volume).equals(className)) {
            return "storageClassName does not match";
        }
        if (!mode(volume.getSpec().getVolumeMode()).equals(volumeMode)) {
            return "incompatible volumeMode";
        }
        return givesModes(volume) ? "" : "incompatible accessMode";
    }

    /** All but whose claim it is: claims with equal likenesses can take the same volumes. */
    public List<Object> likeness() {
        return List.of(bytes.stripTrailingZeros(), accessModes, volumeMode, className, selector, attributesClass);
    }

    private static boolean isBlank(String uid) {
        return uid == null || uid.isEmpty();
    }
}
