package io.lembos.kubelet.images;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where credentials are good: a host, of which each part between dots may be a pattern with {@code *}, and the beginning of a
 * path. A star stands for a part at most, so that {@code *.example.com} is not good for {@code example.com}.
 *
 * @param path without the first slash, empty for all
 */
record RegistryPlace(List<String> host, String path) {

    static RegistryPlace parse(String place) {
        String[] parts = place.split("/", 2);
        return new RegistryPlace(List.of(parts[0].split("\\.")), parts.length == 2 ? parts[1] : "");
    }

    boolean has(String registry, String repository) {
        List<String> wanted = List.of(registry.split("\\."));
        if (wanted.size() != host.size() || !repository.startsWith(path)) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!pattern(host.get(i)).matcher(wanted.get(i)).matches()) {
                return false;
            }
        }
        return true;
    }

    private static Pattern pattern(String part) {
        return Pattern.compile(
                List.of(part.split("\\*", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
