package io.lembos.dashboard.wiring;

import io.lembos.dashboard.login.Caller;
import io.lembos.dashboard.login.Grant;
import io.lembos.dashboard.login.LoginCodes;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** Makes login codes, for callers who show a client certificate; a session alone cannot make another. */
@Path("/api/v1/login-codes")
@Produces(MediaType.APPLICATION_JSON)
public final class LoginCodeResource {
    private final LoginCodes codes;
    private final RequestCaller callers;

    /**
     * A new code.
     *
     * @param code to be typed into the page
     * @param user who the browser will be
     */
    public record NewCode(String code, long expiresInSeconds, String user) {
        @Override
        public String toString() {
            return "NewCode[" + user + "]";
        }
    }

    LoginCodeResource(LoginCodes codes, RequestCaller callers) {
        this.codes = codes;
        this.callers = callers;
    }

    @POST
    public RestResponse<Object> create(@Context HttpServerRequest request) {
        Optional<Caller> caller = callers.byCertificate(request);
        if (caller.isEmpty()) {
            return RestResponse.status(
                    RestResponse.Status.FORBIDDEN,
                    new Problem("Forbidden", "Login codes are made for holders of a client certificate only"));
        }
        Grant grant = new Grant(caller.get().identity(), caller.get().validUntil());
        String code = codes.mint(grant);
        return RestResponse.status(
                RestResponse.Status.CREATED,
                new NewCode(
                        code, LoginCodes.LIFETIME.toSeconds(), grant.identity().user()));
    }
}
