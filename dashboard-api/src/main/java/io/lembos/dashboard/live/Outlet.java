package io.lembos.dashboard.live;

/** Where the messages of one connection go: a WebSocket, or a list in a test. Calls come from one thread at a time. */
public interface Outlet {

    /** Whether a message would be sent on soon; when it becomes true again, {@link LiveView#onDrain} must be called. */
    boolean isWritable();

    /** Takes one JSON message; must not block. */
    void send(String message);
}
