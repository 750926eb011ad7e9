package io.lembos.apiserver.store.etcd;

import static io.lembos.apiserver.store.etcd.EtcdConnection.bytes;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.cache.Image;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * What etcd holds under the prefix at one revision, read in pages.
 *
 * <p>One key under the prefix is the store's own: a marker that is written to move the watch forward, and never shown.
 */
final class EtcdListing {
    private static final int PAGE_KEYS = 1_000;

    private final EtcdConnection connection;
    private final String prefix;
    private final Materializer materializer;

    EtcdListing(EtcdConnection connection, String prefix, Materializer materializer) {
        this.connection = connection;
        this.prefix = prefix;
        this.materializer = materializer;
    }

    String prefix() {
        return prefix;
    }

    String marker() {
        return prefix + ".lembos-progress";
    }

    boolean isMarker(String key) {
        return key.equals(marker());
    }

    Image read() {
        TreeMap<String, Entry> entries = new TreeMap<>();
        ByteSequence from = bytes(prefix);
        long revision = 0;
        boolean more = true;
        while (more) {
            GetResponse page = page(from, revision);
            revision = revision == 0 ? page.getHeader().getRevision() : revision;
            page.getKvs().forEach(kv -> add(kv, entries));
            more = page.isMore();
            if (more) {
                from = page.getKvs().getLast().getKey().concat(ByteSequence.from(new byte[1]));
            }
        }
        return new Image(revision, TreePMap.fromSortedMap(entries));
    }

    Entry entry(KeyValue kv) {
        String key = kv.getKey().toString();
        byte[] value = materializer.materialize(key, kv.getValue().getBytes(), kv.getModRevision());
        return new Entry(key, value, kv.getCreateRevision(), kv.getModRevision());
    }

    private void add(KeyValue kv, TreeMap<String, Entry> entries) {
        Entry entry = entry(kv);
        if (!isMarker(entry.key())) {
            entries.put(entry.key(), entry);
        }
    }

    private GetResponse page(ByteSequence from, long revision) {
        GetOption option = GetOption.builder()
                .withRange(OptionsUtil.prefixEndOf(bytes(prefix)))
                .withLimit(PAGE_KEYS)
                .withRevision(revision)
                .build();
        return connection.ask(connection.kv().get(from, option));
    }
}
