package io.lembos.integration.bench;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.lembos.integration.cluster.EtcdProcess;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The peer of our own creates and gets: puts of the same size into a real etcd on the same disk, and gets, by gRPC, as many at once. */
final class EtcdLoad implements AutoCloseable {
    /** A prime, so that gets jump about. */
    private static final long STRIDE = 7919;

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

    /** @return gets of keys that are there, per second */
    double gets(int readers, double seconds, Latencies latencies) {
        AtomicLong got = new AtomicLong();
        long keys = next.get();
        return new ClosedLoop(readers, seconds, latencies)
                .run(
                        failures -> {},
                        (ok, failed) -> kv.get(key(1 + got.incrementAndGet() * STRIDE % keys))
                                .whenComplete((answer, failure) ->
                                        (failure == null && answer.getCount() == 1 ? ok : failed).run()));
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
        kv.put(key(next.incrementAndGet()), value)
                .whenComplete((done, failure) -> (failure == null ? onSuccess : onFailure).run());
    }

    private static ByteSequence key(long number) {
        return bytes("/registry/configmaps/default/bench-" + number);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
