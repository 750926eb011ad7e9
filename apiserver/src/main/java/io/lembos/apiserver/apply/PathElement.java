package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** One step of the path to a field. Ordered: fields, then keys, then values, then indexes. Immutable. */
public sealed interface PathElement extends Comparable<PathElement> {

    /** A field of a struct or an entry of a map. */
    record Field(String name) implements PathElement {
        @Override
        public String toString() {
            return "." + name;
        }
    }

    /** The item of a keyed list that has these values; parts are in alphabetical order. */
    record Key(List<Part> parts) implements PathElement {
        @Override
        public String toString() {
            return parts.stream().map(Part::toString).collect(Collectors.joining(",", "[", "]"));
        }
    }

    /** One field of a key. */
    record Part(String name, JsonNode value) {
        @Override
        public String toString() {
            return name + "=" + Values.text(value);
        }
    }

    /** An item of a set. */
    record Value(JsonNode value) implements PathElement {
        @Override
        public String toString() {
            return "[=" + Values.text(value) + "]";
        }
    }

    /** An item by its position; nothing here makes one, but others may have written it. */
    record Index(int position) implements PathElement {
        @Override
        public String toString() {
            return "[" + position + "]";
        }
    }

    static PathElement field(String name) {
        return new Field(name);
    }

    @Override
    default int compareTo(PathElement other) {
        if (this instanceof Field a && other instanceof Field b) {
            return a.name().compareTo(b.name());
        }
        if (this instanceof Key a && other instanceof Key b) {
            return compare(a.parts(), b.parts());
        }
        if (this instanceof Value a && other instanceof Value b) {
            return Values.compare(a.value(), b.value());
        }
        if (this instanceof Index a && other instanceof Index b) {
            return Integer.compare(a.position(), b.position());
        }
        return Integer.compare(rank(), other.rank());
    }

    private int rank() {
        return switch (this) {
            case Field field -> 0;
            case Key key -> 1;
            case Value value -> 2;
            case Index index -> 3;
        };
    }

    private static int compare(List<Part> a, List<Part> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int names = a.get(i).name().compareTo(b.get(i).name());
            int order = names != 0
                    ? names
                    : Values.compare(a.get(i).value(), b.get(i).value());
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
