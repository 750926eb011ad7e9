package io.lembos.dashboard.wiring;

import io.lembos.dashboard.DashboardCluster;
import io.lembos.dashboard.live.LiveViews;
import io.lembos.dashboard.login.Caller;
import io.lembos.dashboard.rows.Table;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code GET /api/v1/stream}, a WebSocket that carries all tables of one page ({@link
 * io.lembos.dashboard.live.LiveView}). {@code ?tables=pods,nodes} chooses tables; what the browser sends is ignored.
 */
@Singleton
final class StreamRoute {
    private static final short TRY_AGAIN_LATER = 1013;

    private final DashboardCluster cluster;
    private final LiveViews views;
    private final RequestCaller callers;
    private final Vertx vertx;

    StreamRoute(DashboardCluster cluster, LiveViews views, RequestCaller callers, Vertx vertx) {
        this.cluster = cluster;
        this.views = views;
        this.callers = callers;
        this.vertx = vertx;
    }

    void register(@Observes Router router) {
        router.get(Gate.STREAM).handler(this::open);
    }

    private void open(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Caller> caller = callers.find(request);
        Optional<Set<Table>> tables = tables(context.queryParams().get("tables"));
        if (caller.isEmpty()) {
            Problem.UNAUTHORIZED.send(context.response(), 401);
        } else if (tables.isEmpty()) {
            new Problem("BadRequest", "Unknown table").send(context.response(), 400);
        } else if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            new Problem("BadRequest", "This is a WebSocket").send(context.response(), 400);
        } else {
            request.toWebSocket()
                    .onSuccess(socket -> stream(socket, caller.get(), tables.get()))
                    .onFailure(context::fail);
        }
    }

    private void stream(ServerWebSocket socket, Caller caller, Set<Table> tables) {
        StreamConnection connection = new StreamConnection(socket, vertx, cluster.clock(), caller);
        views.open(caller.identity(), tables, connection)
                .ifPresentOrElse(connection::begin, () -> socket.close(TRY_AGAIN_LATER, "too many connections"));
    }

    private static Optional<Set<Table>> tables(String names) {
        if (names == null || names.isEmpty()) {
            return Optional.of(Table.DEFAULT);
        }
        Set<Optional<Table>> found =
                Arrays.stream(names.split(",")).map(Table::byWireName).collect(Collectors.toSet());
        return found.contains(Optional.<Table>empty())
                ? Optional.empty()
                : Optional.of(EnumSet.copyOf(found.stream().map(Optional::get).toList()));
    }
}
