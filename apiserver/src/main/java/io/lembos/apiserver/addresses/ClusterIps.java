package io.lembos.apiserver.addresses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.schema.Times;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Cluster IPs as {@code IPAddress} objects, named by the address and owned by a service. Stateless; words and choice as in
 * Kubernetes' registry/core/service/ipallocator.
 */
final class ClusterIps {
    static final String PREFIX = StorageKeys.ROOT + "ipaddresses/";

    private static final String BLOCKS = StorageKeys.ROOT + "servicecidrs/";
    private static final int RESERVED_STEP = 16;
    private static final int RESERVED_MAX = 256;

    private final Store store;
    private final IpBlock block;
    private final Names names;
    private final Clock clock;
    private final RandomGenerator random;

    ClusterIps(Store store, IpBlock block, Names names, Clock clock, RandomGenerator random) {
        this.store = store;
        this.block = block;
        this.names = names;
        this.clock = clock;
        this.random = random;
    }

    Reservations reservations() {
        return new Reservations(store, PREFIX);
    }

    /** Any free address for the service. */
    String takeAny(ObjectNode service, Reservations reservations) {
        for (IpBlock candidate : blocks()) {
            long size = candidate.size();
            OptionalLong host = RandomPick.pick(
                    size,
                    RandomPick.reserved(size + 2, RESERVED_STEP, RESERVED_MAX),
                    n -> !reservations.isTaken(candidate.host(n)),
                    random);
            if (host.isPresent()) {
                String address = candidate.host(host.getAsLong());
                reservations.take(address, object(service, address));
                return address;
            }
        }
        throw ApiError.internal("failed to allocate a serviceIP: range is full");
    }

    /** The address that the service names. */
    void take(ObjectNode service, String address, Reservations reservations) {
        IpBlock containing = blocks().stream()
                .filter(b -> b.contains(address))
                .findFirst()
                .orElseThrow(() -> refused(service, address, "the provided network does not match the current range"));
        if (!containing.hasHost(address)) {
            throw refused(
                    service,
                    address,
                    "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is "
                            + containing.cidr());
        }
        if (reservations.isTaken(address)) {
            throw refused(service, address, "provided IP is already allocated");
        }
        reservations.take(address, object(service, address));
    }

    void release(ObjectNode service, String address, Reservations reservations) {
        reservations.release(address, entry -> belongs(entry, service));
    }

    /** For a service of an older store, which has an address that nobody noted. */
    void note(ObjectNode service, String address, Reservations reservations) {
        if (!reservations.isTaken(address)) {
            reservations.take(address, object(service, address));
        }
    }

    private static ApiError refused(ObjectNode service, String address, String why) {
        JsonNode shown = service.path("spec").path("clusterIPs");
        return ApiError.invalid(
                "",
                "Service",
                service.path("metadata").path("name").asText(),
                List.of(new Cause(
                        "FieldValueInvalid",
                        "spec.clusterIPs",
                        "Invalid value: " + shown + ": failed to allocate IP " + address + ": " + why)));
    }

    /** The configured block and those that {@code ServiceCIDR} objects add, of the cluster's family. */
    private List<IpBlock> blocks() {
        List<IpBlock> blocks = new ArrayList<>(List.of(block));
        if (store.range(Range.of(BLOCKS)) instanceof RangeResult.Page page) {
            for (Entry entry : page.entries()) {
                ObjectNode added = CanonicalJson.read(entry.bytes());
                if (!added.path("metadata").has("deletionTimestamp")) {
                    added.path("spec").path("cidrs").forEach(cidr -> add(cidr.asText(), blocks));
                }
            }
        }
        return blocks;
    }

    private void add(String cidr, List<IpBlock> blocks) {
        boolean known = blocks.stream().anyMatch(b -> b.cidr().equals(cidr));
        IpBlock added = IpBlock.parse(cidr);
        if (!known && added.bytes() == block.bytes()) {
            blocks.add(added);
        }
    }

    private static boolean belongs(Entry entry, ObjectNode service) {
        JsonNode parent = CanonicalJson.read(entry.bytes()).path("spec").path("parentRef");
        JsonNode metadata = service.path("metadata");
        return parent.path("resource").asText().equals("services")
                && parent.path("namespace").equals(metadata.path("namespace"))
                && parent.path("name").equals(metadata.path("name"));
    }

    private byte[] object(ObjectNode service, String address) {
        JsonNode owner = service.path("metadata");
        ObjectNode object = CanonicalJson.MAPPER.createObjectNode();
        object.put("apiVersion", "networking.k8s.io/v1").put("kind", "IPAddress");
        ObjectNode metadata = object.putObject("metadata")
                .put("name", address)
                .put("uid", names.uid())
                .put("creationTimestamp", Times.seconds(clock.now()));
        metadata.putObject("labels")
                .put("ipaddress.kubernetes.io/ip-family", block.family())
                .put("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
        object.putObject("spec")
                .putObject("parentRef")
                .put("name", owner.path("name").asText())
                .put("namespace", owner.path("namespace").asText())
                .put("resource", "services");
        return CanonicalJson.write(object);
    }
}
