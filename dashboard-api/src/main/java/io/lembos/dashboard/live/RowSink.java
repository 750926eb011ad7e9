package io.lembos.dashboard.live;

import io.lembos.dashboard.rows.Row;
import io.lembos.dashboard.rows.Table;

/** Takes the rows of one identity as they change. */
interface RowSink {
    void put(Table table, Row row);

    void remove(Table table, String uid);
}
