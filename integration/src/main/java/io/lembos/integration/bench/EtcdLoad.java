package io.lembos.integration.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.lembos.integration.cluster.EtcdProcess;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The peer of our own creates: puts of the same size into a real etcd on the same disk, by gRPC, as many at once. */
final class EtcdLoad implements AutoCloseable {
    private final EtcdProcess etcd = EtcdProcess.start();
    private final Client client = Client.builder().endpoints(etcd.endpoint()).build();
    private final KV kv = client.getKVClient();
    private final AtomicLong next = new AtomicLong();
    private final ByteSequence value;

    EtcdLoad(String value) {
        this.value = bytes(value);
    }

    /** @return puts per second */
    double run(int writers, double seconds, Latencies latencies) {
        return new ClosedLoop(writers, seconds, latencies).run(failures -> {}, this::put);
    }

    /** Puts until there are so many keys. */
    void fill(int writers, long keys) {
        while (next.get() < keys) {
            run(writers, 1, new Latencies());
        }
    }

    @Override
    public void close() {
        client.close();
        etcd.close();
    }

    private void put(Runnable onSuccess, Runnable onFailure) {
        kv.put(bytes("/registry/configmaps/default/bench-" + next.incrementAndGet()), value)
                .whenComplete((done, failure) -> (failure == null ? onSuccess : onFailure).run());
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
