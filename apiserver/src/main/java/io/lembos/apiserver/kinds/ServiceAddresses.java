package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.store.Op;
import java.util.List;

/**
 * Hands out cluster IPs and node ports. The seam between the kind Service and whoever keeps the ranges: asked after
 * validation, before each attempt to commit. What it returns is committed together with the service or not at all.
 */
public interface ServiceAddresses {
    /** Hands out nothing: for tests and for tools that only look. */
    ServiceAddresses NONE = new ServiceAddresses() {
        @Override
        public List<Op> allocate(ObjectNode service) {
            return List.of();
        }

        @Override
        public List<Op> reallocate(ObjectNode updated, ObjectNode old) {
            return List.of();
        }

        @Override
        public List<Op> release(ObjectNode service) {
            return List.of();
        }

        @Override
        public List<Op> note(ObjectNode service) {
            return List.of();
        }
    };

    /** Fills in what a new service needs and does not name, in place; takes what it names. */
    List<Op> allocate(ObjectNode service);

    /** Follows a change of type or ports; addresses that are given stay. */
    List<Op> reallocate(ObjectNode updated, ObjectNode old);

    /** Takes back everything that the service has. */
    List<Op> release(ObjectNode service);

    /** Notes what a stored service has and nobody has noted: one of a store that is older than the ranges. */
    List<Op> note(ObjectNode service);
}
