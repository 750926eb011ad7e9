package io.lembos.apiserver;

import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.addresses.ServiceAllocator;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.direct.DirectClient;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.kinds.ServiceAddresses;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.validation.Intake;
import java.util.random.RandomGenerator;

/**
 * The API as a library: everything between a store and a {@link Client}, without a socket. The store belongs to the
 * caller. Stateless.
 *
 * @param catalog schemas of the served kinds
 */
public record InProcessApi(SchemaCatalog catalog, Registry registry, Authorizer authorizer, Clock clock) {

    /** @param random gives uids and the ends of generated names */
    public static InProcessApi over(Store store, Clock clock, RandomGenerator random) {
        Names names = new Names(random);
        return over(store, clock, random, new ServiceAllocator(store, ServiceRanges.DEFAULT, names, clock, random));
    }

    /** @param addresses gives services theirs */
    static InProcessApi over(Store store, Clock clock, RandomGenerator random, ServiceAddresses addresses) {
        SchemaCatalog catalog = new SchemaCatalog();
        KindRegistry kinds = KindRegistry.builtIn(catalog, addresses, clock);
        Registry registry = Registry.over(store, kinds, new Intake(), new Names(random), clock);
        return new InProcessApi(catalog, registry, new BootstrapPolicy(), clock);
    }

    /** The API as the given identity: authorized, admitted and validated as over HTTPS. */
    public Client client(Identity identity) {
        return new DirectClient(registry, authorizer, identity, clock);
    }
}
