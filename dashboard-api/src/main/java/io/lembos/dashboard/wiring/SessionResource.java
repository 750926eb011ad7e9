package io.lembos.dashboard.wiring;

import io.lembos.dashboard.DashboardCluster;
import io.lembos.dashboard.login.AttemptLimit;
import io.lembos.dashboard.login.Caller;
import io.lembos.dashboard.login.Grant;
import io.lembos.dashboard.login.LoginCodes;
import io.lembos.dashboard.login.Sessions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Log in with a code, who am I, log out. */
@Path("/api/v1/session")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionResource {
    private final DashboardCluster cluster;
    private final LoginCodes codes;
    private final Sessions sessions;
    private final AttemptLimit attempts;
    private final RequestCaller callers;

    /** What the person typed. */
    public record Login(String code) {
        @Override
        public String toString() {
            return "Login[code=…]";
        }
    }

    /**
     * Who the caller is.
     *
     * @param via {@code session} or {@code certificate}
     */
    public record WhoAmI(String cluster, String user, List<String> groups, String via, Instant expiresAt) {}

    SessionResource(
            DashboardCluster cluster,
            LoginCodes codes,
            Sessions sessions,
            AttemptLimit attempts,
            RequestCaller callers) {
        this.cluster = cluster;
        this.codes = codes;
        this.sessions = sessions;
        this.attempts = attempts;
        this.callers = callers;
    }

    @GET
    public RestResponse<Object> whoAmI(@Context HttpServerRequest request) {
        return callers.find(request)
                .map(caller -> RestResponse.<Object>ok(describe(caller)))
                .orElseGet(() -> RestResponse.status(Status.UNAUTHORIZED, Problem.UNAUTHORIZED));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public RestResponse<Object> logIn(Login login, @Context HttpServerRequest request) {
        String address = request.remoteAddress().hostAddress();
        if (!attempts.begin(address)) {
            return ResponseBuilder.<Object>create(Status.TOO_MANY_REQUESTS)
                    .header("Retry-After", AttemptLimit.WINDOW.toSeconds())
                    .entity(new Problem("TooManyRequests", "Too many wrong codes; wait a minute"))
                    .build();
        }
        Optional<Grant> grant = codes.redeem(login == null ? null : login.code());
        if (grant.isEmpty()) {
            return RestResponse.status(
                    Status.UNAUTHORIZED,
                    new Problem("Unauthorized", "This code is wrong, used or older than two minutes"));
        }
        attempts.succeeded(address);
        callers.token(request).ifPresent(sessions::end);
        Sessions.Opened opened = sessions.open(grant.get());
        var session = opened.session();
        Caller caller = new Caller(session.identity(), session.expiresAt(), Optional.of(session));
        Duration lifetime = Duration.between(cluster.clock().now(), session.expiresAt());
        return ResponseBuilder.<Object>create(Status.CREATED)
                .entity(describe(caller))
                .cookie(cookie(opened.token(), lifetime))
                .build();
    }

    @DELETE
    public RestResponse<Object> logOut(@Context HttpServerRequest request) {
        callers.token(request).ifPresent(sessions::end);
        return ResponseBuilder.<Object>create(Status.NO_CONTENT)
                .cookie(cookie("", Duration.ZERO))
                .build();
    }

    private WhoAmI describe(Caller caller) {
        return new WhoAmI(
                cluster.name(),
                caller.identity().user(),
                caller.identity().groups(),
                caller.via(),
                caller.validUntil());
    }

    private NewCookie cookie(String token, Duration lifetime) {
        return new NewCookie.Builder(callers.cookieName())
                .value(token)
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT)
                .maxAge((int) lifetime.toSeconds())
                .build();
    }
}
