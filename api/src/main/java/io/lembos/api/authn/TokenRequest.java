package io.lembos.api.authn;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Asks for a token of a service account, and answers that (authentication.k8s.io/v1, KEP-1205).
 *
 * @param status nothing in the request
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenRequest(Spec spec, Status status) {

    /**
     * @param audiences for whom the token is good, empty for the API server
     * @param boundObjectRef with which the token ends
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spec(List<String> audiences, long expirationSeconds, Bound boundObjectRef) {}

    /** An object of this very uid. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Bound(String apiVersion, String kind, String name, String uid) {}

    /** @param expirationTimestamp as RFC 3339 writes it */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Status(String token, String expirationTimestamp) {}

    public static TokenRequest forPod(String audience, long expirationSeconds, String pod, String uid) {
        List<String> audiences = audience.isEmpty() ? List.of() : List.of(audience);
        return new TokenRequest(new Spec(audiences, expirationSeconds, new Bound("v1", "Pod", pod, uid)), null);
    }
}
