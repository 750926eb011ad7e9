package io.lembos.api.client;

import java.util.List;

/**
 * Objects as of one revision.
 *
 * @param resourceVersion the revision to watch from
 * @param items unmodifiable
 */
public record Listing<T>(String resourceVersion, List<T> items) {
    public Listing {
        items = List.copyOf(items);
    }
}
