package io.lembos.api.informer;

/**
 * Told of every change of an informer's cache, after the cache holds it, one call at a time and in order. Calls come on
 * the informer's thread: hand the work on, usually to a work queue.
 */
public interface Handler<T> {
    void onAdd(T object);

    void onUpdate(T before, T after);

    void onDelete(T last);

    /** A handler that treats every change alike. */
    static <T> Handler<T> each(java.util.function.Consumer<T> action) {
        return new Handler<>() {
            @Override
            public void onAdd(T object) {
                action.accept(object);
            }

            @Override
            public void onUpdate(T before, T after) {
                action.accept(after);
            }

            @Override
            public void onDelete(T last) {
                action.accept(last);
            }
        };
    }
}
