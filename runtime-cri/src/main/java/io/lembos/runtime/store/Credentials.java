package io.lembos.runtime.store;

import io.lembos.runtime.cri.v1.AuthConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How a puller proves who it is. Never printed.
 *
 * @param basic {@code user:password}, empty for none
 * @param identityToken exchanged for an access token (OAuth 2), empty for none
 * @param registryToken sent as it is, empty for none
 */
record Credentials(String basic, String identityToken, String registryToken) {
    static final Credentials NONE = new Credentials("", "", "");

    static Credentials of(AuthConfig config) {
        String basic = "";
        if (!config.getUsername().isEmpty()) {
            basic = config.getUsername() + ":" + config.getPassword();
        } else if (!config.getAuth().isEmpty()) {
            basic = new String(Base64.getDecoder().decode(config.getAuth()), StandardCharsets.UTF_8)
                    .replaceAll("\0+$", "");
        }
        return new Credentials(basic, config.getIdentityToken(), config.getRegistryToken());
    }

    boolean hasBasic() {
        return !basic.isEmpty();
    }

    String basicHeader() {
        return "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return this.equals(NONE) ? "no credentials" : "credentials";
    }
}
