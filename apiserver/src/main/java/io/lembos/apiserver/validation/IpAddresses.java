package io.lembos.apiserver.validation;

import java.util.regex.Pattern;

/** Written forms of IP addresses; never asks a name server. Pure. */
final class IpAddresses {
    static final String MESSAGE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6_SHAPE = Pattern.compile("[0-9a-fA-F:]{2,39}(\\." + OCTET + "){0,3}");

    private IpAddresses() {}

    static boolean isAddress(String text) {
        return isV4(text) || isV6(text);
    }

    static boolean isV4(String text) {
        return V4.matcher(text).matches();
    }

    static boolean isV6(String text) {
        if (!V6_SHAPE.matcher(text).matches() || !text.contains(":") || text.contains(":::")) {
            return false;
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        int groups = 0;
        for (String group : text.split(":")) {
            if (group.length() > 4 && !isV4(group)) {
                return false;
            }
            groups += group.isEmpty() ? 0 : isV4(group) ? 2 : 1;
        }
        boolean edges =
                (text.startsWith("::") || !text.startsWith(":")) && (text.endsWith("::") || !text.endsWith(":"));
        return edges && (gap >= 0 ? groups < 8 : groups == 8);
    }
}
