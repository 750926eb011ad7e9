package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import java.util.Collection;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What a claim without a volume can get: volumes that nobody has, and what makes new ones. Immutable; when it is the same
 * object, nothing has changed for anybody.
 *
 * @param free volumes that nobody has and that no decision has promised, by class and name
 * @param classes by name
 * @param drivers by name
 * @param capacities by their keys
 */
public record Offers(
        PMap<String, PMap<String, PersistentVolume>> free,
        PMap<String, StorageClass> classes,
        PMap<String, CSIDriver> drivers,
        PMap<ObjectKey, CSIStorageCapacity> capacities) {
    static final Offers NONE =
            new Offers(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** Free volumes of the class. */
    public Collection<PersistentVolume> free(String className) {
        return free.getOrDefault(className, HashTreePMap.empty()).values();
    }

    public Optional<StorageClass> type(String className) {
        return Optional.ofNullable(classes.get(className));
    }

    /** Whether a driver says how much it can still provide. */
    public boolean tellsCapacity(String driver) {
        CSIDriver found = drivers.get(driver);
        return found != null && Boolean.TRUE.equals(found.getSpec().getStorageCapacity());
    }

    Offers withFree(PersistentVolume volume) {
        String type = ClaimDemand.className(volume);
        PMap<String, PersistentVolume> ofClass =
                free.getOrDefault(type, HashTreePMap.empty()).plus(name(volume), volume);
        return new Offers(free.plus(type, ofClass), classes, drivers, capacities);
    }

    /** @param volume as it was when it became free */
    Offers withoutFree(PersistentVolume volume) {
        String type = ClaimDemand.className(volume);
        PMap<String, PersistentVolume> present = free.get(type);
        if (present == null || !present.containsKey(name(volume))) {
            return this;
        }
        PMap<String, PersistentVolume> left = present.minus(name(volume));
        return new Offers(left.isEmpty() ? free.minus(type) : free.plus(type, left), classes, drivers, capacities);
    }

    Offers with(StorageClass type) {
        return new Offers(free, classes.plus(name(type), type), drivers, capacities);
    }

    Offers without(StorageClass type) {
        return new Offers(free, classes.minus(name(type)), drivers, capacities);
    }

    Offers with(CSIDriver driver) {
        return new Offers(free, classes, drivers.plus(name(driver), driver), capacities);
    }

    Offers without(CSIDriver driver) {
        return new Offers(free, classes, drivers.minus(name(driver)), capacities);
    }

    Offers with(CSIStorageCapacity capacity) {
        return new Offers(free, classes, drivers, capacities.plus(ObjectKey.of(capacity), capacity));
    }

    Offers without(CSIStorageCapacity capacity) {
        return new Offers(free, classes, drivers, capacities.minus(ObjectKey.of(capacity)));
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }
}
