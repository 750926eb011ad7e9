package io.lembos.apiserver.addresses;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A block of addresses in CIDR notation, of either family. Its network address, and for IPv4 its broadcast address, are no
 * hosts. Pure; never asks a name server.
 *
 * @param cidr as it was written
 * @param base the network address
 * @param hostBits how many low bits differ within the block
 * @param bytes of an address: 4 or 16
 */
public record IpBlock(String cidr, BigInteger base, int hostBits, int bytes) {
    private static final int V4_BYTES = 4;
    private static final int COUNTED_BITS_MAX = 62;

    /** @throws IllegalArgumentException if the text is no CIDR */
    public static IpBlock parse(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] address = slash < 0 ? null : NetUtil.createByteArrayFromIpAddressString(cidr.substring(0, slash));
        if (address == null || !cidr.substring(slash + 1).matches("\\d{1,3}")) {
            throw new IllegalArgumentException("no CIDR: " + cidr);
        }
        int hostBits = address.length * 8 - Integer.parseInt(cidr.substring(slash + 1));
        if (hostBits < 0) {
            throw new IllegalArgumentException("no CIDR: " + cidr);
        }
        BigInteger base = number(address).shiftRight(hostBits).shiftLeft(hostBits);
        return new IpBlock(cidr, base, hostBits, address.length);
    }

    /** {@code IPv4} or {@code IPv6}, the Kubernetes words. */
    public String family() {
        return family(bytes);
    }

    /** The family of an address; empty for what is none. */
    public static Optional<String> familyOf(String address) {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(address))
                .map(a -> family(a.length));
    }

    /** How many hosts there are, as far as that can be counted. */
    public long size() {
        long all = 1L << Math.min(hostBits, COUNTED_BITS_MAX);
        return Math.max(0, all - (bytes == V4_BYTES ? 2 : 1));
    }

    /** The n-th host, counted from 0, as Kubernetes writes it. */
    public String host(long n) {
        byte[] raw = base.add(BigInteger.valueOf(n + 1)).toByteArray();
        byte[] address = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, address, bytes - length, length);
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes", e);
        }
    }

    /** Whether the address lies in the block, be it a host or not. */
    public boolean contains(String address) {
        byte[] raw = NetUtil.createByteArrayFromIpAddressString(address);
        return raw != null
                && raw.length == bytes
                && number(raw).subtract(base).shiftRight(hostBits).signum() == 0
                && number(raw).compareTo(base) >= 0;
    }

    /** Whether the address is a host of the block. */
    public boolean hasHost(String address) {
        if (!contains(address)) {
            return false;
        }
        BigInteger offset =
                number(NetUtil.createByteArrayFromIpAddressString(address)).subtract(base);
        BigInteger broadcast = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.ONE);
        return offset.signum() > 0 && (bytes != V4_BYTES || offset.compareTo(broadcast) < 0);
    }

    private static String family(int bytes) {
        return bytes == V4_BYTES ? "IPv4" : "IPv6";
    }

    private static BigInteger number(byte[] address) {
        return new BigInteger(1, address);
    }
}
