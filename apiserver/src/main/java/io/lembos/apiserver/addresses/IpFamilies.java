package io.lembos.apiserver.addresses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * Which families of addresses a service has in a cluster that has one: what it leaves out is filled in, what it cannot have
 * is named. Pure but for its argument. Rules: registry/core/service/storage/alloc.go.
 */
final class IpFamilies {
    private static final String POLICY = "spec.ipFamilyPolicy";
    private static final String OTHER = "RequireDualStack";

    private IpFamilies() {}

    /** Changes the spec in place; returns what is wrong, after which the spec must not be used. */
    static List<Cause> complete(ObjectNode spec, String family) {
        boolean headless = spec.path("clusterIP").asText("").equals("None")
                && spec.path("selector").isEmpty();
        if (spec.path("ipFamilyPolicy").asText("").isEmpty()) {
            spec.put("ipFamilyPolicy", headless ? OTHER : "SingleStack");
        }
        List<Cause> causes = new ArrayList<>();
        boolean single = spec.path("ipFamilyPolicy").asText().equals("SingleStack");
        ArrayNode families =
                spec.get("ipFamilies") instanceof ArrayNode present ? present : spec.putArray("ipFamilies");
        if (single && spec.path("clusterIPs").size() > 1) {
            causes.add(policy(
                    spec, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"));
        }
        if (single && families.size() > 1) {
            causes.add(policy(
                    spec, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"));
        }
        infer(spec, families, family, causes);
        if (!causes.isEmpty()) {
            return causes;
        }
        if (headless) {
            headless(families, family, single);
            return causes;
        }
        if (spec.path("ipFamilyPolicy").asText().equals(OTHER)) {
            causes.add(policy(spec, "this cluster is not configured for dual-stack services"));
        }
        for (int i = 0; i < families.size(); i++) {
            if (!families.get(i).asText().equals(family)) {
                causes.add(Cause.invalid(
                        "spec.ipFamilies[" + i + "]", families.get(i).asText(), "not configured on this cluster"));
            }
        }
        if (families.isEmpty()) {
            families.add(family);
        }
        return causes;
    }

    private static void infer(ObjectNode spec, ArrayNode families, String family, List<Cause> causes) {
        for (int i = families.size(); i < spec.path("clusterIPs").size(); i++) {
            String address = spec.path("clusterIPs").get(i).asText();
            if (address.equals("None")) {
                return;
            }
            String own = IpBlock.familyOf(address).orElse(family);
            if (own.equals(family)) {
                families.add(own);
            } else {
                causes.add(new Cause(
                        "FieldValueInvalid",
                        "spec.clusterIPs[" + i + "]",
                        "Invalid value: " + spec.path("clusterIPs") + ": " + own
                                + " is not configured on this cluster"));
            }
        }
    }

    /** Nothing is allocated for it, so it may have families that the cluster has not. */
    private static void headless(ArrayNode families, String family, boolean single) {
        if (families.isEmpty()) {
            families.add(family);
        }
        if (families.size() < 2 && !single) {
            families.add(families.get(0).asText().equals("IPv4") ? "IPv6" : "IPv4");
        }
    }

    private static Cause policy(ObjectNode spec, String why) {
        return Cause.invalid(POLICY, spec.path("ipFamilyPolicy").asText(), why);
    }
}
