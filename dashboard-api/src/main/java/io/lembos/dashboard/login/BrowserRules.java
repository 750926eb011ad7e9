package io.lembos.dashboard.login;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps other web sites from using a browser's identity here.
 *
 * <ul>
 *   <li>DNS rebinding: the host asked for must be {@code localhost}, an IP address or a configured name. A site's own name
 *       that suddenly points here is none of them.
 *   <li>Cross-site requests: a state-changing request or a stream that names an {@code Origin} must name this very
 *       server. Browsers always name one there, so a request with a session cookie and without one is refused too;
 *       programs such as curl name none and bring a certificate.
 * </ul>
 *
 * Stateless.
 */
public final class BrowserRules {
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> hostNames;

    /**
     * A request as far as these rules go.
     *
     * @param host host asked for, without port; IPv6 with or without brackets
     * @param port port asked for, or the scheme's own
     * @param stream whether it opens the stream
     * @param cookie whether it brings a session cookie
     */
    public record Asked(
            String method,
            String scheme,
            String host,
            int port,
            Optional<String> origin,
            boolean stream,
            boolean cookie) {}

    public BrowserRules(Set<String> hostNames) {
        this.hostNames = Set.copyOf(hostNames);
    }

    /** Why the request is refused, or empty. */
    public Optional<String> refusal(Asked asked) {
        if (!isOwnHost(asked.host())) {
            return Optional.of("This dashboard is not known by the host name that was asked for");
        }
        if (SAFE_METHODS.contains(asked.method()) && !asked.stream()) {
            return Optional.empty();
        }
        if (asked.origin().isEmpty()) {
            return asked.cookie() ? Optional.of("A request with a session must name its Origin") : Optional.empty();
        }
        return isSameOrigin(asked, asked.origin().get())
                ? Optional.empty()
                : Optional.of("Requests from another origin are not allowed");
    }

    private boolean isOwnHost(String host) {
        String bare = bare(host);
        return bare.equals("localhost")
                || hostNames.contains(bare)
                || bare.contains(":")
                || IPV4.matcher(bare).matches();
    }

    private static boolean isSameOrigin(Asked asked, String origin) {
        try {
            URI uri = URI.create(origin);
            return asked.scheme().equals(uri.getScheme())
                    && uri.getHost() != null
                    && bare(uri.getHost()).equals(bare(asked.host()))
                    && portOf(uri) == asked.port();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int portOf(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
    }
}
