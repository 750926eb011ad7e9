package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.store.Op;
import java.util.List;

/**
 * A service keeps what was allocated for it over updates that leave it out, gives up what its type no longer needs, and
 * gets its addresses from {@link ServiceAddresses}.
 */
final class ServiceStrategy extends DelegatingStrategy {
    private final ServiceAddresses addresses;

    ServiceStrategy(KindStrategy standard, ServiceAddresses addresses) {
        super(standard);
        this.addresses = addresses;
    }

    @Override
    public void prepareForCreate(ObjectNode service) {
        super.prepareForCreate(service);
        ServiceFields.normalize(service.withObject("/spec"), service.objectNode());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForUpdate(updated, old);
        ObjectNode spec = updated.withObject("/spec");
        ObjectNode oldSpec = StandardStrategy.part(old, "spec");
        ServiceFields.normalize(spec, oldSpec);
        ServiceFields.keepAllocated(spec, oldSpec);
        ServiceFields.dropUnneeded(spec, oldSpec);
    }

    @Override
    public Accompanied accompanyCreate(ObjectNode service) {
        ObjectNode complete = service.deepCopy();
        return new Accompanied(complete, addresses.allocate(complete));
    }

    @Override
    public Accompanied accompanyUpdate(ObjectNode updated, ObjectNode old) {
        ObjectNode complete = updated.deepCopy();
        return new Accompanied(complete, addresses.reallocate(complete, old));
    }

    @Override
    public List<Op> accompanyDelete(ObjectNode service) {
        return addresses.release(service);
    }
}
