package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.CapacityRequirements;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceConstraint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSelector;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceSubRequest;
import io.fabric8.kubernetes.api.model.resource.v1.ExactDeviceRequest;
import io.lembos.scheduler.devices.ClaimState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what claims ask for; complains in Kubernetes' words. */
final class AskReader {
    private final Map<String, DeviceClass> classes;

    /** What is wrong with a claim, or not there yet. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    AskReader(Map<String, DeviceClass> classes) {
        this.classes = classes;
    }

    ClaimAsk read(ClaimState claim) throws Unusable {
        String owner = "claim " + claim.key();
        DeviceClaim source = claim.shape().devices();
        List<RequestAsk> requests = new ArrayList<>();
        for (DeviceRequest request : source.getRequests()) {
            requests.add(read(request, owner));
        }
        long least = requests.stream().mapToLong(RequestAsk::least).sum();
        if (least > ClaimAsk.DEVICES_MAX) {
            throw new Unusable(owner + ": number of requested devices " + least + " exceeds the claim limit of "
                    + ClaimAsk.DEVICES_MAX);
        }
        List<Constraint> constraints = new ArrayList<>();
        for (int i = 0; i < source.getConstraints().size(); i++) {
            constraints.add(read(source.getConstraints().get(i), owner, i));
        }
        return new ClaimAsk(source, requests, constraints);
    }

    private RequestAsk read(DeviceRequest request, String owner) throws Unusable {
        ExactDeviceRequest exact = request.getExactly();
        if (exact != null) {
            String name = request.getName();
            DeviceClass type = type(exact.getDeviceClassName(), name);
            DeviceAsk ask = new DeviceAsk(
                    name,
                    type,
                    selectors(type, exact.getSelectors(), owner, name),
                    count(exact.getAllocationMode(), exact.getCount(), owner, name),
                    Boolean.TRUE.equals(exact.getAdminAccess()),
                    orEmpty(exact.getTolerations()),
                    capacity(exact.getCapacity()));
            return new RequestAsk(name, List.of(ask), false);
        }
        List<DeviceAsk> alternatives = new ArrayList<>();
        for (DeviceSubRequest each : request.getFirstAvailable()) {
            String name = request.getName() + "/" + each.getName();
            DeviceClass type = type(each.getDeviceClassName(), name);
            alternatives.add(new DeviceAsk(
                    name,
                    type,
                    selectors(type, each.getSelectors(), owner, name),
                    count(each.getAllocationMode(), each.getCount(), owner, name),
                    false,
                    orEmpty(each.getTolerations()),
                    capacity(each.getCapacity())));
        }
        return new RequestAsk(request.getName(), alternatives, true);
    }

    private DeviceClass type(String name, String request) throws Unusable {
        if (name == null || name.isEmpty()) {
            throw new Unusable("request " + request + ": unsupported request type");
        }
        DeviceClass type = classes.get(name);
        if (type == null) {
            throw new Unusable("request " + request + ": device class " + name + " does not exist");
        }
        return type;
    }

    private static List<DeviceAsk.Selector> selectors(
            DeviceClass type, List<DeviceSelector> own, String owner, String request) throws Unusable {
        List<DeviceAsk.Selector> all = new ArrayList<>();
        add(all, type.getSpec().getSelectors(), "class " + type.getMetadata().getName(), request);
        add(all, own, owner, request);
        return all;
    }

    private static void add(List<DeviceAsk.Selector> all, List<DeviceSelector> selectors, String owner, String request)
            throws Unusable {
        for (int i = 0; i < selectors.size(); i++) {
            if (selectors.get(i).getCel() == null) {
                throw new Unusable(owner + ", request " + request + ", selector #" + i
                        + ": CEL expression empty (unsupported selector type?)");
            }
            all.add(new DeviceAsk.Selector(
                    owner + ": selector #" + i, selectors.get(i).getCel().getExpression()));
        }
    }

    private static long count(String mode, Long count, String owner, String request) throws Unusable {
        return switch (mode == null ? "ExactCount" : mode) {
            case "ExactCount" -> count == null ? 1 : count;
            case "All" -> DeviceAsk.ALL;
            default -> throw new Unusable(owner + ", request " + request + ": unsupported count mode " + mode);
        };
    }

    private static Constraint read(DeviceConstraint constraint, String owner, int index) throws Unusable {
        List<String> requests = orEmpty(constraint.getRequests());
        if (constraint.getMatchAttribute() != null) {
            return new Constraint(constraint.getMatchAttribute(), false, requests);
        }
        if (constraint.getDistinctAttribute() != null) {
            return new Constraint(constraint.getDistinctAttribute(), true, requests);
        }
        throw new Unusable(owner + ", constraint #" + index + ": empty constraint (unsupported constraint type?)");
    }

    private static Map<String, Quantity> capacity(CapacityRequirements capacity) {
        return capacity == null || capacity.getRequests() == null ? Map.of() : capacity.getRequests();
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : list;
    }
}
