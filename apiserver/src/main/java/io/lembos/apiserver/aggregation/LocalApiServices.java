package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import io.lembos.apiserver.registry.AtOnce;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.registry.SyncLoop;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.schema.Times;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps an APIService for every group and version that this server answers for itself, custom ones as they come and go, so
 * that {@code kubectl get apiservices} is complete. One that names a service stands for another server, which answers from then
 * on; it is left alone, and when it is deleted the group is this server's again. Looks when it is made, before it returns, and
 * when a definition or an APIService changes, on the thread of a {@link SyncLoop}.
 */
final class LocalApiServices implements AutoCloseable {
    private static final WriteContext SELF = WriteContext.of(Identity.of("system:kube-aggregator", Identity.MASTERS));
    private static final String AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged";
    private static final int GROUP_PRIORITY_CORE = 18_000;
    private static final int GROUP_PRIORITY_BUILT_IN = 17_800;
    private static final int GROUP_PRIORITY_CUSTOM = 1_000;
    private static final int GROUP_PRIORITY_STEP = 50;
    private static final int VERSION_PRIORITY_CUSTOM = 100;
    private static final int VERSION_PRIORITY_STEP = 15;

    private final Registry registry;
    private final Kind apiServices;
    private final Clock clock;
    private final SyncLoop loop;
    private final StoreFollower definitions;
    private final StoreFollower services;

    LocalApiServices(Registry registry, Store store, Kind apiServices, String definitionsPrefix, Clock clock) {
        this.registry = registry;
        this.apiServices = apiServices;
        this.clock = clock;
        settle();
        this.loop = SyncLoop.start("local-api-services", clock, this::settle);
        this.definitions = StoreFollower.start(store, definitionsPrefix, loop);
        this.services = StoreFollower.start(store, StorageKeys.prefix(apiServices, ""), loop);
    }

    @Override
    public void close() {
        services.close();
        definitions.close();
        loop.close();
    }

    private Optional<Duration> settle() {
        Set<String> wanted = new HashSet<>();
        List<Runnable> tasks = new ArrayList<>();
        int rank = 0;
        for (KindTable.Group group : registry.kinds().table().groups()) {
            int versionRank = group.versions().size();
            for (String version : group.versions()) {
                String name = version + "." + group.name();
                wanted.add(name);
                int ownRank = rank;
                int ownVersionRank = versionRank--;
                tasks.add(() -> ensure(name, group.name(), version, ownRank, ownVersionRank));
            }
            rank++;
        }
        AtOnce.run(tasks);
        removeOthers(wanted);
        return Optional.empty();
    }

    private void ensure(String name, String group, String version, int rank, int versionRank) {
        Optional<ObjectNode> present = registry.reader()
                .find(apiServices, ObjectKey.cluster(name))
                .map(entry -> CanonicalJson.read(entry.bytes()));
        if (present.isPresent()) {
            if (!isRemote(present.get()) && !isShownAsLocal(present.get())) {
                showAsLocal(name);
            }
            return;
        }
        boolean custom = registry.kinds().builtIn().of(group, version).isEmpty();
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiServices.apiVersion()).put("kind", apiServices.kind());
        object.putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put(AUTOMANAGED, custom ? "true" : "onstart");
        object.putObject("spec")
                .put("group", group)
                .put("version", version)
                .put("groupPriorityMinimum", custom ? GROUP_PRIORITY_CUSTOM : priority(group, rank))
                .put("versionPriority", custom ? VERSION_PRIORITY_CUSTOM : versionRank * VERSION_PRIORITY_STEP);
        try {
            registry.creator().create(apiServices, "", object, SELF);
            showAsLocal(name);
        } catch (ApiError e) {
            // Another server over the same store may have been faster.
            if (!e.is(Reason.AlreadyExists) && !e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    private static boolean isRemote(ObjectNode apiService) {
        return apiService.path("spec").path("service").isObject();
    }

    private static boolean isShownAsLocal(ObjectNode apiService) {
        return apiService
                .at("/status/conditions")
                .valueStream()
                .anyMatch(condition -> condition.path("reason").asText().equals("Local"));
    }

    /** Unless it was given to another server meanwhile. */
    private void showAsLocal(String name) {
        registry.updater()
                .update(
                        apiServices,
                        ObjectKey.cluster(name),
                        "status",
                        present -> isRemote(present) ? present : local(present),
                        SELF);
    }

    private static int priority(String group, int rank) {
        return group.isEmpty() ? GROUP_PRIORITY_CORE : GROUP_PRIORITY_BUILT_IN - rank * GROUP_PRIORITY_STEP;
    }

    private ObjectNode local(ObjectNode apiService) {
        apiService
                .withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Available")
                .put("status", "True")
                .put("lastTransitionTime", Times.seconds(clock.now()))
                .put("reason", "Local")
                .put("message", "Local APIServices are always available");
        return apiService;
    }

    private void removeOthers(Set<String> wanted) {
        Selection managed = Selection.of(apiServices, "", AUTOMANAGED + "=true", "");
        ObjectDeleter.Request request =
                new ObjectDeleter.Request(Optional.empty(), Optional.of(Propagation.Background), "", "");
        for (Entry entry :
                registry.reader().list(managed, ListRequest.EVERYTHING).entries()) {
            String name = entry.key().substring(entry.key().lastIndexOf('/') + 1);
            if (!wanted.contains(name) && !isRemote(CanonicalJson.read(entry.bytes()))) {
                registry.deleter().delete(apiServices, ObjectKey.cluster(name), request, SELF);
            }
        }
    }
}
