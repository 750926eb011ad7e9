package io.lembos.apiserver.http;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * In which form the caller wants its answer: the best of what its {@code Accept} header names and we can write.
 *
 * @param encoding JSON or YAML text, or protobuf
 * @param shape the object itself, a Table, or its metadata only
 */
public record Accept(Encoding encoding, Shape shape) {
    public static final Accept JSON = new Accept(Encoding.JSON, Shape.OBJECT);
    /** What everything can be written in. */
    public static final Set<Encoding> TEXT = Set.of(Encoding.JSON, Encoding.YAML);

    /** How it is written. */
    public enum Encoding {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String contentType;

        Encoding(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    /** What is written. */
    public enum Shape {
        OBJECT,
        TABLE,
        PARTIAL_METADATA
    }

    private record Range(String type, String as, String group, String version, double quality) {}

    /**
     * @param header value of {@code Accept}, or null
     * @param possible encodings that there are for what is asked
     * @throws ApiError 406 when nothing that is named can be written
     */
    public static Accept of(String header, Set<Encoding> possible) {
        if (header == null || header.isBlank()) {
            return JSON;
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : header.split(",")) {
            ranges.add(range(part));
        }
        ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
        for (Range range : ranges) {
            Accept accept = match(range);
            if (accept != null && possible.contains(accept.encoding())) {
                return accept;
            }
        }
        throw ApiError.of(
                Reason.NotAcceptable,
                "only the following media types are accepted: "
                        + EnumSet.copyOf(possible).stream()
                                .map(Encoding::contentType)
                                .collect(Collectors.joining(", ")));
    }

    private static Accept match(Range range) {
        Encoding encoding = switch (range.type()) {
            case "application/json", "*/*", "application/*" -> Encoding.JSON;
            case "application/yaml", "application/x-yaml" -> Encoding.YAML;
            case "application/vnd.kubernetes.protobuf" -> Encoding.PROTOBUF;
            default -> null;
        };
        if (encoding == null) {
            return null;
        }
        return switch (range.as()) {
            case "" -> new Accept(encoding, Shape.OBJECT);
            case "Table" -> isMeta(range) && encoding != Encoding.PROTOBUF ? new Accept(encoding, Shape.TABLE) : null;
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                isMeta(range) ? new Accept(encoding, Shape.PARTIAL_METADATA) : null;
            default -> null;
        };
    }

    private static boolean isMeta(Range range) {
        return range.group().equals("meta.k8s.io") && range.version().equals("v1");
    }

    private static Range range(String text) {
        String[] parts = text.trim().split(";");
        String as = "";
        String group = "";
        String version = "";
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].trim().split("=", 2);
            String value = pair.length == 2 ? pair[1].trim() : "";
            switch (pair[0].trim()) {
                case "as" -> as = value;
                case "g" -> group = value;
                case "v" -> version = value;
                case "q" -> quality = quality(value);
                default -> {}
            }
        }
        return new Range(parts[0].trim().toLowerCase(Locale.ROOT), as, group, version, quality);
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
