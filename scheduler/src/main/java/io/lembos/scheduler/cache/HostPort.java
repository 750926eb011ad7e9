package io.lembos.scheduler.cache;

/**
 * A port that a pod takes on its node.
 *
 * @param ip the address it listens on, {@code 0.0.0.0} for all
 * @param protocol TCP, UDP or SCTP
 */
public record HostPort(String ip, String protocol, int port) {
    private static final String ANY = "0.0.0.0";

    /** Absent values mean all addresses, and TCP. */
    public static HostPort of(String ip, String protocol, int port) {
        return new HostPort(
                ip == null || ip.isEmpty() ? ANY : ip, protocol == null || protocol.isEmpty() ? "TCP" : protocol, port);
    }

    public boolean conflictsWith(HostPort other) {
        boolean sameAddress = ip.equals(other.ip) || ip.equals(ANY) || other.ip.equals(ANY);
        return port == other.port && protocol.equals(other.protocol) && sameAddress;
    }

    @Override
    public String toString() {
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port + "/" + protocol;
    }
}
