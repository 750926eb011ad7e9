package io.lembos.kubelet.eviction;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.lembos.api.client.Client;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A recorder whose events can be asked for as "reason: message". */
public final class HeardEvents implements AutoCloseable {
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final EventRecorder recorder;

    public HeardEvents(Clock clock) {
        Client client = (Client) Proxy.newProxyInstance(
                Client.class.getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create")) {
                        heard.add((Event) arguments[1]);
                        return arguments[1];
                    }
                    return null;
                });
        recorder = new EventRecorder(client, clock, "kubelet", "n");
    }

    public EventRecorder recorder() {
        return recorder;
    }

    public List<String> all() {
        return heard.stream().map(e -> e.getReason() + ": " + e.getMessage()).toList();
    }

    public void awaitOne(String beginning) {
        await().atMost(Duration.ofSeconds(10)).until(() -> all().stream().anyMatch(e -> e.startsWith(beginning)));
    }

    @Override
    public void close() {
        recorder.close();
    }
}
