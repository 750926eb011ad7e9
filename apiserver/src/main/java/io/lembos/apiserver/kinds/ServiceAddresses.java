package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Hands out cluster IPs and node ports. The seam between the kind Service and whoever keeps the ranges: called before
 * validation, with defaults applied.
 */
public interface ServiceAddresses {
    /** Hands out nothing: for tests and for tools that only look. */
    ServiceAddresses NONE = new ServiceAddresses() {
        @Override
        public void allocate(ObjectNode service) {
            // Leaves the service as it is.
        }

        @Override
        public void reallocate(ObjectNode updated, ObjectNode old) {
            // Leaves the service as it is.
        }
    };

    /** Fills in what a new service needs and does not name; takes what it names. */
    void allocate(ObjectNode service);

    /** Follows a change of type or ports; addresses that are given stay. */
    void reallocate(ObjectNode updated, ObjectNode old);
}
