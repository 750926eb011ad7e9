package io.lembos.apiserver.structural;

import io.netty.util.NetUtil;

/** Forms of addresses, as Go reads them: no leading zeros in decimal parts, no zones. Pure. */
public final class Ip {
    private Ip() {}

    public static boolean isV4(String text) {
        return NetUtil.isValidIpV4Address(text) && !text.matches("(.*\\.)?0\\d.*");
    }

    public static boolean isV6(String text) {
        return text.indexOf(':') >= 0
                && text.indexOf('%') < 0
                && !text.startsWith("[")
                && NetUtil.isValidIpV6Address(text);
    }

    public static boolean isAddress(String text) {
        return isV4(text) || isV6(text);
    }

    /** An address and the length of its network's prefix. */
    public static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9]\\d{0,2}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int bits = Integer.parseInt(text.substring(slash + 1));
        return isV4(address) && bits <= 32 || isV6(address) && bits <= 128;
    }
}
