package io.lembos.dashboard.live;

import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.dashboard.rows.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * All open live views. Connections of the same identity share one set of informers, which starts with the first of them
 * and is closed when the last leaves.
 *
 * <p>Bounded: at most {@link #CONNECTIONS_MAX} connections; a further one is refused. The maps are guarded by the monitor
 * of this object.
 */
public final class LiveViews implements AutoCloseable {
    public static final int CONNECTIONS_MAX = 1_024;

    private final Function<Identity, Client> clients;
    private final Clock clock;
    private final Map<Identity, SharedView> shared = new HashMap<>();
    private final Map<LiveView, Identity> open = new HashMap<>();

    /**
     * @param clients the API as the given identity; each read is authorized by the server behind it
     */
    public LiveViews(Function<Identity, Client> clients, Clock clock) {
        this.clients = clients;
        this.clock = clock;
    }

    /**
     * Begins to stream these tables, as this identity sees them.
     *
     * @return empty when there are too many connections
     */
    public synchronized Optional<LiveView> open(Identity identity, Set<Table> tables, Outlet outlet) {
        if (open.size() >= CONNECTIONS_MAX) {
            return Optional.empty();
        }
        LiveView view = new LiveView(tables, outlet, clock, this::onClosed);
        SharedView source = shared.computeIfAbsent(identity, who -> new SharedView(clients.apply(who), clock).start());
        open.put(view, identity);
        source.join(view);
        return Optional.of(view);
    }

    public synchronized int connections() {
        return open.size();
    }

    /** How many identities are being watched for. */
    public synchronized int identities() {
        return shared.size();
    }

    @Override
    public void close() {
        List<LiveView> views;
        synchronized (this) {
            views = List.copyOf(open.keySet());
        }
        views.forEach(LiveView::close);
    }

    private synchronized void onClosed(LiveView view) {
        Identity identity = open.remove(view);
        if (identity == null) {
            return;
        }
        SharedView source = shared.get(identity);
        source.leave(view);
        if (source.isEmpty()) {
            shared.remove(identity);
            source.close();
        }
    }
}
