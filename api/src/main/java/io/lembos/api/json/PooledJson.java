package io.lembos.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/**
 * Jackson's factory for what is read and written in virtual threads: its buffers come from one bounded pool. Those that
 * Jackson keeps for each thread by default are made anew for every virtual thread, which lives for one request; they were
 * a sixth of all that creating and binding a pod allocated.
 */
public final class PooledJson {
    private PooledJson() {}

    public static JsonFactory factory() {
        return JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
                .build();
    }
}
