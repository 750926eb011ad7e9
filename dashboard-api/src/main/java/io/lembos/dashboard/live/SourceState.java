package io.lembos.dashboard.live;

import java.util.Optional;

/**
 * How far the reading of one resource has come.
 *
 * @param loaded whether the server has answered the first list, with objects or with a refusal
 * @param notice what is wrong, if anything
 */
record SourceState(boolean loaded, Optional<Notice> notice) {
    static final SourceState LOADING = new SourceState(false, Optional.empty());
    static final SourceState LIVE = new SourceState(true, Optional.empty());

    SourceState withNotice(Notice notice) {
        return new SourceState(loaded, Optional.of(notice));
    }

    SourceState loadedNow() {
        return new SourceState(true, notice);
    }
}
