package io.lembos.dashboard.live;

import java.util.List;

/**
 * What a reader must know about a table besides its rows.
 *
 * @param loaded false while the first list of a resource is awaited: no rows does not mean no objects yet
 * @param notices resources that could not be read; no rows does not mean no objects
 */
public record TableState(boolean loaded, List<Notice> notices) {
    static final TableState LOADING = new TableState(false, List.of());

    public TableState {
        notices = List.copyOf(notices);
    }
}
