package io.lembos.dashboard.live;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.informer.Handler;
import io.lembos.dashboard.rows.Row;
import io.lembos.dashboard.rows.Table;
import java.util.function.Function;

/**
 * Turns each change of an object into a change of its row. Stateless.
 *
 * @param table where an object is shown
 * @param row how it is shown
 */
record Projection<T extends HasMetadata>(RowSink sink, Function<T, Table> table, Function<T, Row> row)
        implements Handler<T> {

    @Override
    public void onAdd(T object) {
        sink.put(table.apply(object), row.apply(object));
    }

    @Override
    public void onUpdate(T before, T after) {
        if (table.apply(before) != table.apply(after)) {
            onDelete(before);
        }
        onAdd(after);
    }

    @Override
    public void onDelete(T last) {
        sink.remove(table.apply(last), last.getMetadata().getUid());
    }
}
