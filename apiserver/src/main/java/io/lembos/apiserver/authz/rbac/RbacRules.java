package io.lembos.apiserver.authz.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.authz.PolicyRule;
import io.lembos.apiserver.authz.RuleSource;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreFollower;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The rules that Roles, ClusterRoles and their bindings give, as of the last change that the store has told. A question
 * costs a look-up for each name and group of the asker, however many roles there are, and takes no lock.
 *
 * <p>{@code policy} is replaced as a whole, by the threads of four watches.
 */
public final class RbacRules implements RuleSource, AutoCloseable {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final AtomicReference<Policy> policy = new AtomicReference<>(Policy.EMPTY);
    private final List<StoreFollower> followers;

    private RbacRules(Store store, KindRegistry kinds) {
        followers = List.of(
                follow(store, kinds, "roles", new Roles()),
                follow(store, kinds, "clusterroles", new Roles()),
                follow(store, kinds, "rolebindings", new Bindings()),
                follow(store, kinds, "clusterrolebindings", new Bindings()));
    }

    /** Complete when it returns. */
    public static RbacRules follow(Store store, KindRegistry kinds) {
        return new RbacRules(store, kinds);
    }

    @Override
    public boolean any(Identity identity, String namespace, Predicate<PolicyRule> test) {
        Policy present = policy.get();
        return present.any(identity, "", test) || (!namespace.isEmpty() && present.any(identity, namespace, test));
    }

    /** The rules of a role, empty when there is none. */
    public List<PolicyRule> rulesOf(String namespace, String name) {
        return policy.get().roles().getOrDefault(new RoleKey(namespace, name), List.of());
    }

    @Override
    public void close() {
        followers.forEach(StoreFollower::close);
    }

    private static StoreFollower follow(Store store, KindRegistry kinds, String plural, StoreFollower.View view) {
        String prefix = StorageKeys.prefix(kinds.byPlural(GROUP, "v1", plural).orElseThrow(), "");
        return StoreFollower.start(store, prefix, view);
    }

    /** One of the four kinds; knows which keys it has put in, so that it can take them out. */
    private abstract class Part implements StoreFollower.View {
        private final java.util.Map<String, ObjectNode> known = new java.util.HashMap<>();

        abstract Policy with(Policy before, String key, ObjectNode object);

        abstract Policy without(Policy before, String key, ObjectNode object);

        @Override
        public void replace(List<Entry> entries) {
            change(before -> {
                Policy after = before;
                for (var gone : known.entrySet()) {
                    after = without(after, gone.getKey(), gone.getValue());
                }
                for (Entry entry : entries) {
                    after = with(after, entry.key(), CanonicalJson.read(entry.bytes()));
                }
                return after;
            });
            known.clear();
            entries.forEach(entry -> known.put(entry.key(), CanonicalJson.read(entry.bytes())));
        }

        @Override
        public void apply(StoreEvent.Change event) {
            String key = event.entry().key();
            ObjectNode object = CanonicalJson.read(event.entry().bytes());
            if (event instanceof StoreEvent.Deleted) {
                known.remove(key);
                change(before -> without(before, key, object));
            } else {
                known.put(key, object);
                change(before -> with(before, key, object));
            }
        }

        private void change(UnaryOperator<Policy> step) {
            policy.updateAndGet(step);
        }
    }

    private final class Roles extends Part {
        @Override
        Policy with(Policy before, String key, ObjectNode role) {
            return before.withRole(
                    keyOf(role),
                    role.path("rules").valueStream().map(PolicyRule::of).toList());
        }

        @Override
        Policy without(Policy before, String key, ObjectNode role) {
            return before.withoutRole(keyOf(role));
        }

        private static RoleKey keyOf(ObjectNode role) {
            JsonNode metadata = role.path("metadata");
            return new RoleKey(
                    metadata.path("namespace").asText(""), metadata.path("name").asText());
        }
    }

    private final class Bindings extends Part {
        @Override
        Policy with(Policy before, String key, ObjectNode binding) {
            String scope = binding.path("metadata").path("namespace").asText("");
            JsonNode ref = binding.path("roleRef");
            String roleScope = ref.path("kind").asText().equals("ClusterRole") ? "" : scope;
            List<SubjectKey> subjects = binding.path("subjects")
                    .valueStream()
                    .map(subject -> SubjectKey.of(scope, subject))
                    .toList();
            RoleKey role = new RoleKey(roleScope, ref.path("name").asText());
            return before.withBinding(key, new Policy.Binding(role, subjects));
        }

        @Override
        Policy without(Policy before, String key, ObjectNode binding) {
            return before.withoutBinding(key);
        }
    }
}
