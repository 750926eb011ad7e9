package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A certificate signing request: a request in PEM, a signer, known usages; approved or denied, and never both. */
final class CertificateRules implements Rules {
    private static final int EXPIRATION_SECONDS_MIN = 600;
    private static final String LEGACY = "kubernetes.io/legacy-unknown";
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    @Override
    public void check(ObjectNode request, List<Cause> causes) {
        Field spec = Field.of(request, causes).at("spec");
        request(spec.at("request"));
        Field usages = spec.at("usages");
        if (usages.node().isEmpty()) {
            usages.required("usages must be specified");
        }
        Set<String> seen = new HashSet<>();
        spec.each("usages", usage -> {
            usage.oneOf(USAGES);
            if (!seen.add(usage.text())) {
                usage.duplicate();
            }
        });
        signer(spec.at("signerName"));
        Field expiration = spec.at("expirationSeconds");
        if (expiration.exists() && expiration.node().asLong() < EXPIRATION_SECONDS_MIN) {
            expiration.invalid("may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    @Override
    public void checkStatus(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        conditions(Field.of(updated, causes).at("status"));
        for (JsonNode condition : old.path("status").path("conditions")) {
            String type = condition.path("type").asText();
            boolean kept = updated.path("status")
                    .path("conditions")
                    .valueStream()
                    .anyMatch(c -> c.path("type").asText().equals(type));
            if (!kept && List.of("Approved", "Denied", "Failed").contains(type)) {
                causes.add(Cause.forbidden(
                        "status.conditions", "updates may not remove a condition of type \"" + type + "\""));
            }
        }
    }

    private static void request(Field request) {
        String pem = "";
        try {
            pem = new String(Base64.getMimeDecoder().decode(request.text()), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        if (!pem.contains("-----BEGIN CERTIFICATE REQUEST-----")) {
            request.invalid("PEM block type must be CERTIFICATE REQUEST");
        }
    }

    private static void signer(Field signer) {
        String name = signer.text();
        if (name.equals(LEGACY)) {
            signer.invalid("the legacy signerName is not allowed via this API version");
            return;
        }
        if (name.isEmpty()) {
            return;
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2 || !parts[0].contains(".") || parts[1].isEmpty()) {
            signer.invalid("must be a fully qualified domain and path of the form 'example.com/signer-name'");
        } else {
            Names.subdomain(parts[0]).forEach(signer::invalid);
        }
    }

    private static void conditions(Field status) {
        Set<String> types = new HashSet<>();
        status.each("conditions", condition -> {
            condition.require("type", "");
            Field value = condition.at("status");
            String type = condition.text("type");
            if (value.text().isEmpty()) {
                value.required("");
            } else if (List.of("Approved", "Denied", "Failed").contains(type)) {
                value.oneOf(List.of("True"));
            }
            types.add(type);
        });
        if (types.contains("Approved") && types.contains("Denied")) {
            status.causes()
                    .add(Cause.invalid(
                            "status.conditions", "Denied", "Approved and Denied conditions are mutually exclusive"));
        }
    }
}
