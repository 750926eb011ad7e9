package io.lembos.apiserver.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.DeleteOption;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreContract;
import io.lembos.apiserver.store.StoreTimer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** The contract on an etcd that all tests of a class share; each test leaves it empty. */
abstract class EtcdStoreContract extends StoreContract {
    protected final StoreTimer timer = StoreTimer.system();

    protected abstract URI endpoint();

    @Override
    protected Store open() {
        return EtcdStore.open(config().with(LIMITS), WITH_REVISION, timer);
    }

    /** etcd's own clock runs by itself; what is expected then is waited for. */
    @Override
    protected void pass(Duration time) {}

    @AfterEach
    void emptyEtcd() {
        try (Client client = client()) {
            DeleteOption all = DeleteOption.builder().isPrefix(true).build();
            client.getKVClient().delete(bytesOf("/"), all).join();
        }
        timer.close();
    }

    protected EtcdConfig config() {
        return EtcdConfig.of(endpoint()).with(Duration.ofSeconds(2));
    }

    protected Client client() {
        return Client.builder().endpoints(endpoint()).build();
    }

    protected static ByteSequence bytesOf(String text) {
        return ByteSequence.from(bytes(text));
    }
}
