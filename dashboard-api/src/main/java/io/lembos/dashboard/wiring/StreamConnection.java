package io.lembos.dashboard.wiring;

import io.lembos.api.time.Clock;
import io.lembos.dashboard.live.LiveView;
import io.lembos.dashboard.live.Outlet;
import io.lembos.dashboard.login.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * One open WebSocket. Ends with the session or certificate it was opened with (close code {@link #NOT_LOGGED_IN}), and
 * when the browser answers no ping within {@link #PING_MS}, so that no dead connection keeps watches open.
 *
 * <p>Fields belong to the socket's event loop; messages come from the view's flushing thread, which Vert.x allows.
 */
final class StreamConnection implements Outlet {
    static final short NOT_LOGGED_IN = 4401;
    private static final short GOING_AWAY = 1001;
    private static final long PING_MS = 30_000;

    private final ServerWebSocket socket;
    private final Vertx vertx;
    private final Clock clock;
    private final Caller caller;
    private boolean answered = true;

    StreamConnection(ServerWebSocket socket, Vertx vertx, Clock clock, Caller caller) {
        this.socket = socket;
        this.vertx = vertx;
        this.clock = clock;
        this.caller = caller;
    }

    void begin(LiveView view) {
        Runnable loggedOut = () -> end(NOT_LOGGED_IN, "logged out");
        long pings = vertx.setPeriodic(PING_MS, timer -> ping());
        socket.pongHandler(pong -> answered = true);
        socket.exceptionHandler(failure -> {});
        socket.drainHandler(drained -> view.onDrain());
        socket.closeHandler(closed -> {
            vertx.cancelTimer(pings);
            caller.session().ifPresent(session -> session.forget(loggedOut));
            view.close();
        });
        caller.session().ifPresent(session -> session.onEnd(loggedOut));
        view.onDrain();
    }

    @Override
    public boolean isWritable() {
        return !socket.isClosed() && !socket.writeQueueFull();
    }

    @Override
    public void send(String message) {
        if (!socket.isClosed()) {
            socket.writeTextMessage(message);
        }
    }

    private void ping() {
        if (!clock.now().isBefore(caller.validUntil())) {
            end(NOT_LOGGED_IN, "expired");
        } else if (!answered) {
            end(GOING_AWAY, "no answer");
        } else {
            answered = false;
            socket.writePing(Buffer.buffer("lembos"));
        }
    }

    private void end(short code, String why) {
        if (!socket.isClosed()) {
            socket.close(code, why);
        }
    }
}
