package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A service keeps its cluster IP over updates that leave it out, and gets its addresses from {@link ServiceAddresses}. */
final class ServiceStrategy extends DelegatingStrategy {
    private final ServiceAddresses addresses;

    ServiceStrategy(KindStrategy standard, ServiceAddresses addresses) {
        super(standard);
        this.addresses = addresses;
    }

    @Override
    public void prepareForCreate(ObjectNode service) {
        super.prepareForCreate(service);
        addresses.allocate(service);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForUpdate(updated, old);
        ObjectNode spec = updated.withObject("/spec");
        ObjectNode oldSpec = StandardStrategy.part(old, "spec");
        if (!isExternalName(spec) && !isExternalName(oldSpec)) {
            keep("clusterIP", spec, oldSpec);
            keep("clusterIPs", spec, oldSpec);
            keep("ipFamilies", spec, oldSpec);
            keep("ipFamilyPolicy", spec, oldSpec);
        }
        addresses.reallocate(updated, old);
    }

    private static boolean isExternalName(ObjectNode spec) {
        return spec.path("type").asText("").equals("ExternalName");
    }

    private static void keep(String field, ObjectNode spec, ObjectNode oldSpec) {
        boolean absent = !spec.has(field)
                || spec.get(field).isTextual() && spec.get(field).asText().isEmpty();
        if (absent && oldSpec.has(field)) {
            spec.set(field, oldSpec.get(field).deepCopy());
        }
    }
}
