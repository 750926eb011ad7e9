package io.lembos.apiserver.store;

/**
 * Which entries a reader wants, in the order of their keys.
 *
 * @param prefix ends with {@code /}; only keys that begin with it are returned
 * @param start the first key of the page, inclusive; the prefix itself for the first page
 * @param revision at which the keys are read, {@value #LATEST} for the latest, seeing every acknowledged commit; the
 *     store's own {@link Store#revision()} for the latest that is known locally, without asking anybody
 * @param limit entries at most, {@value #UNLIMITED} for all
 */
public record Range(String prefix, String start, long revision, int limit) {
    public static final long LATEST = 0;
    public static final int UNLIMITED = 0;

    public Range {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with '/': " + prefix);
        }
        if (start.compareTo(prefix) < 0 || revision < 0 || limit < 0) {
            throw new IllegalArgumentException("start before prefix, negative revision or limit: " + start);
        }
    }

    public static Range of(String prefix) {
        return new Range(prefix, prefix, LATEST, UNLIMITED);
    }

    public Range at(long revisionWanted) {
        return new Range(prefix, start, revisionWanted, limit);
    }

    public Range limitedTo(int entries) {
        return new Range(prefix, start, revision, entries);
    }

    /** The page that follows {@code lastKey}. */
    public Range after(String lastKey) {
        return new Range(prefix, lastKey + '\0', revision, limit);
    }

    /** The first string that is greater than all keys with the prefix. */
    public String end() {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
