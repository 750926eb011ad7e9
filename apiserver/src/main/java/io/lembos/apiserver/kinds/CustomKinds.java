package io.lembos.apiserver.kinds;

import java.util.Optional;

/** The kinds that somebody defined, as they are at this moment. */
public interface CustomKinds {
    /** Nobody defined any. */
    CustomKinds NONE = new CustomKinds() {
        @Override
        public Optional<Kind> find(String group, String version, String plural) {
            return Optional.empty();
        }

        @Override
        public KindTable addTo(KindTable builtIn) {
            return builtIn;
        }
    };

    Optional<Kind> find(String group, String version, String plural);

    /** The built-in kinds with the custom ones; the very same table as last time while nothing has changed. */
    KindTable addTo(KindTable builtIn);
}
