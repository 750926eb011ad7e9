package io.lembos.apiserver.addresses;

/**
 * Where the addresses of services come from.
 *
 * @param cidr of cluster IPs, for example {@code 10.96.0.0/16}; its family is the cluster's
 * @param firstPort lowest node port
 * @param lastPort highest node port
 */
public record ServiceRanges(String cidr, int firstPort, int lastPort) {
    /** What kubeadm and kube-apiserver use if nobody says otherwise. */
    public static final ServiceRanges DEFAULT = new ServiceRanges("10.96.0.0/16", 30000, 32767);

    public ServiceRanges {
        IpBlock.parse(cidr);
        if (firstPort < 1 || lastPort > 65535 || firstPort > lastPort) {
            throw new IllegalArgumentException("no range of ports: " + firstPort + "-" + lastPort);
        }
    }

    public ServiceRanges withCidr(String other) {
        return new ServiceRanges(other, firstPort, lastPort);
    }

    public ServiceRanges withPorts(int first, int last) {
        return new ServiceRanges(cidr, first, last);
    }

    /** The addresses of the range. */
    public IpBlock block() {
        return IpBlock.parse(cidr);
    }
}
