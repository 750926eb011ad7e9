package io.lembos.apiserver;

import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.addresses.ServiceAllocator;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.admission.Accounts;
import io.lembos.apiserver.admission.MirrorPods;
import io.lembos.apiserver.admission.WriteGuard;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.authz.RuleAuthorizer;
import io.lembos.apiserver.authz.RuleSource;
import io.lembos.apiserver.authz.rbac.EscalationGuard;
import io.lembos.apiserver.authz.rbac.RbacRules;
import io.lembos.apiserver.crd.DefinitionRules;
import io.lembos.apiserver.crd.StoredKinds;
import io.lembos.apiserver.direct.DirectClient;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.kinds.ServiceAddresses;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.validation.Intake;
import io.lembos.apiserver.webhook.ServiceAddress;
import io.lembos.apiserver.webhook.WebhookCaller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The API as a library: everything between a store and a {@link Client}, without a socket. The store belongs to the
 * caller and is closed by it, after this. Safe for many threads.
 *
 * @param catalog schemas of the built-in kinds
 * @param rules what everybody may do: the built-in policy and RBAC objects
 * @param definitions the custom kinds that the store holds
 * @param parts what works until this is closed
 */
public record InProcessApi(
        SchemaCatalog catalog,
        Registry registry,
        RuleSource rules,
        StoredKinds definitions,
        Clock clock,
        List<AutoCloseable> parts)
        implements AutoCloseable {

    /** An API that calls no webhooks and knows service accounts by name only. */
    public static InProcessApi over(Store store, Clock clock, RandomGenerator random) {
        return over(store, clock, random, Accounts.NAMED);
    }

    /** An API that calls no webhooks. */
    public static InProcessApi over(Store store, Clock clock, RandomGenerator random, Accounts accounts) {
        ServiceAllocator addresses = allocator(store, ServiceRanges.DEFAULT, clock, random);
        return over(store, clock, random, addresses, accounts, s -> WebhookCaller.NONE);
    }

    static ServiceAllocator allocator(Store store, ServiceRanges ranges, Clock clock, RandomGenerator random) {
        return new ServiceAllocator(store, ranges, new Names(random), clock, random);
    }

    /**
     * @param random gives uids and the ends of generated names
     * @param addresses gives services theirs
     * @param webhooks makes what calls webhooks, given how to find services
     */
    static InProcessApi over(
            Store store,
            Clock clock,
            RandomGenerator random,
            ServiceAddresses addresses,
            Accounts accounts,
            Function<ServiceAddress, WebhookCaller> webhooks) {
        SchemaCatalog catalog = new SchemaCatalog();
        KindRegistry builtIn = KindRegistry.builtIn(catalog, addresses, clock);
        WebhookCaller caller = webhooks.apply(new ServiceAddress(builtIn, new ObjectReader(store)));
        StoredKinds definitions = StoredKinds.over(store, catalog, caller);
        KindRegistry kinds = builtIn.with(definitions);
        Intake intake = new Intake(Map.of("CustomResourceDefinition", new DefinitionRules()));
        RbacRules rbac = RbacRules.follow(store, kinds);
        RuleSource rules = RuleSource.of(List.of(new BootstrapPolicy(), rbac));
        WriteGuard guard = new EscalationGuard(rules, rbac).and(new MirrorPods());
        Registry registry = Registry.over(store, kinds, intake, new Names(random), accounts, guard, clock);
        return new InProcessApi(catalog, registry, rules, definitions, clock, List.of(rbac, caller));
    }

    public Authorizer authorizer() {
        return new RuleAuthorizer(rules);
    }

    /** The API as the given identity: authorized, admitted and validated as over HTTPS. */
    public Client client(Identity identity) {
        return client(identity, Optional.empty());
    }

    /** @param answers to what the client asks; without them that is not served */
    Client client(Identity identity, Optional<DirectClient.Answers> answers) {
        return new DirectClient(registry, authorizer(), identity, clock, answers);
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
