package io.lembos.apiserver;

import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.BootstrapPolicy;
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
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The API as a library: everything between a store and a {@link Client}, without a socket. The store belongs to the
 * caller. Stateless.
 *
 * @param catalog schemas of the built-in kinds
 * @param definitions the custom kinds that the store holds
 */
public record InProcessApi(
        SchemaCatalog catalog, Registry registry, Authorizer authorizer, StoredKinds definitions, Clock clock) {

    /** An API that calls no webhooks. */
    public static InProcessApi over(Store store, Clock clock, RandomGenerator random) {
        return over(store, clock, random, services -> WebhookCaller.NONE);
    }

    /**
     * @param random gives uids and the ends of generated names
     * @param webhooks makes what calls webhooks, given how to find services
     */
    public static InProcessApi over(
            Store store, Clock clock, RandomGenerator random, Function<ServiceAddress, WebhookCaller> webhooks) {
        SchemaCatalog catalog = new SchemaCatalog();
        KindRegistry builtIn = KindRegistry.builtIn(catalog, ServiceAddresses.NONE);
        WebhookCaller caller = webhooks.apply(new ServiceAddress(builtIn, new ObjectReader(store)));
        StoredKinds definitions = StoredKinds.over(store, catalog, caller);
        KindRegistry kinds = builtIn.with(definitions);
        Intake intake = new Intake(Map.of("CustomResourceDefinition", new DefinitionRules()));
        Registry registry = Registry.over(store, kinds, intake, new Names(random), clock);
        return new InProcessApi(catalog, registry, new BootstrapPolicy(), definitions, clock);
    }

    /** The API as the given identity: authorized, admitted and validated as over HTTPS. */
    public Client client(Identity identity) {
        return new DirectClient(registry, authorizer, identity, clock);
    }
}
