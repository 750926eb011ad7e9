package io.lembos.apiserver.store;

import java.util.List;

/** The answer to a {@link Range}. */
public sealed interface RangeResult {
    /**
     * The entries as they were at {@code revision}. A watch from that revision continues without gap.
     *
     * @param remaining entries of the range after the last one of this page; 0 on the last page
     */
    record Page(long revision, List<Entry> entries, long remaining) implements RangeResult {
        public boolean hasMore() {
            return remaining > 0;
        }
    }

    /** The revision asked for is no longer kept; the oldest that is kept is {@code oldest}. */
    record Compacted(long oldest) implements RangeResult {}

    /** The revision asked for has not happened yet; the latest is {@code current}. */
    record FutureRevision(long current) implements RangeResult {}
}
