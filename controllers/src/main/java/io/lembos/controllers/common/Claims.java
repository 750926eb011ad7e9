package io.lembos.controllers.common;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which objects belong to an owner: adopts matching ones that have no controller, lets go of its own that no
 * longer match. Stateless.
 *
 * <p>The caches may be behind: before an adoption the owner is asked for anew, lest one that was just deleted takes back
 * the objects that were to survive it.
 */
public final class Claims<O extends HasMetadata, T extends HasMetadata> {
    private final Client client;
    private final ResourceType<O> ownerType;
    private final ResourceType<T> type;
    private final Informer<T> objects;
    private final Predicate<T> relevant;

    /**
     * @param objects with the indexes of {@link Informers}
     * @param relevant which objects are looked at at all
     */
    public Claims(
            Client client,
            ResourceType<O> ownerType,
            ResourceType<T> type,
            Informer<T> objects,
            Predicate<T> relevant) {
        this.client = client;
        this.ownerType = ownerType;
        this.type = type;
        this.objects = objects;
        this.relevant = relevant;
    }

    /** What belongs to the owner, after adoption and release. */
    public List<T> claim(O owner, Selector selector) {
        boolean dying = owner.getMetadata().getDeletionTimestamp() != null;
        List<T> claimed = new ArrayList<>();
        for (T object :
                objects.byIndex(Informers.BY_CONTROLLER, owner.getMetadata().getUid())) {
            if (!relevant.test(object)) {
                continue;
            }
            if (selector.matches(object.getMetadata().getLabels())) {
                claimed.add(object);
            } else if (!dying) {
                release(owner, object);
            }
        }
        if (!dying) {
            claimed.addAll(adoptOrphans(owner, selector));
        }
        return claimed;
    }

    private List<T> adoptOrphans(O owner, Selector selector) {
        List<T> orphans = objects
                .byIndex(Informers.ORPHANS_BY_NAMESPACE, owner.getMetadata().getNamespace())
                .stream()
                .filter(o -> o.getMetadata().getDeletionTimestamp() == null
                        && relevant.test(o)
                        && selector.matches(o.getMetadata().getLabels()))
                .toList();
        if (orphans.isEmpty() || !stillLives(owner)) {
            return List.of();
        }
        return orphans.stream().flatMap(o -> adopt(owner, o).stream()).toList();
    }

    private boolean stillLives(O owner) {
        return client.get(ownerType, ObjectKey.of(owner))
                .filter(o -> o.getMetadata().getUid().equals(owner.getMetadata().getUid())
                        && o.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private Optional<T> adopt(O owner, T orphan) {
        OwnerReference reference = Owners.controllerReference(owner, ownerType);
        try {
            return Optional.of(client.patch(type, ObjectKey.of(orphan), Owners.adopt(orphan, reference), ""));
        } catch (ApiError e) {
            return goneOrRefused(e);
        }
    }

    private void release(O owner, T object) {
        try {
            client.patch(
                    type,
                    ObjectKey.of(object),
                    Owners.release(object, owner.getMetadata().getUid()),
                    "");
        } catch (ApiError e) {
            goneOrRefused(e);
        }
    }

    /** The object is gone, another one has its name, or another owner was faster: nothing to claim. */
    private Optional<T> goneOrRefused(ApiError e) {
        if (e.is(Reason.NotFound) || e.is(Reason.Conflict) || e.is(Reason.Invalid)) {
            return Optional.empty();
        }
        throw e;
    }
}
