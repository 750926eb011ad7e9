package io.lembos.runtime.streaming.server;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A caller's streams, as a process sees them. Those that the caller did not want are empty or swallow all. */
public final class CallerStreams {
    private final InputStream stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final TerminalSizes sizes;
    private final List<Runnable> farewells = new ArrayList<>();
    private boolean gone;

    CallerStreams(InputStream stdin, OutputStream stdout, OutputStream stderr, TerminalSizes sizes) {
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
        this.sizes = sizes;
    }

    public InputStream stdin() {
        return stdin;
    }

    public OutputStream stdout() {
        return stdout;
    }

    public OutputStream stderr() {
        return stderr;
    }

    /** Told the terminal's size now and whenever it changes; must not wait. */
    public void onResize(Consumer<TerminalSize> action) {
        sizes.listen(action);
    }

    /** Told once when the caller goes before the process does, at once if that is so already; must not wait. */
    public synchronized void onHangUp(Runnable action) {
        farewells.add(action);
        if (gone) {
            action.run();
        }
    }

    public synchronized boolean isGone() {
        return gone;
    }

    synchronized void hangUp() {
        gone = true;
        farewells.forEach(Runnable::run);
        farewells.clear();
    }
}
