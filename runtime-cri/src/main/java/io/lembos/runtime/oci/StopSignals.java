package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.Signal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signals that ask a container to end: as CRI and images name them, and as the OCI runtime takes them. */
final class StopSignals {
    private static final String DEFAULT = "SIGTERM";
    private static final Pattern REAL_TIME = Pattern.compile("SIGRT(MIN|MAX)(?:(PLUS|MINUS|\\+|-)(\\d+))?");
    private static final int REAL_TIME_MIN = 34;
    private static final int REAL_TIME_MAX = 64;

    private StopSignals() {}

    /**
     * @param wanted by the pod, else the image's counts
     * @param ofImage name or number, empty for none
     */
    static String choose(Signal wanted, String ofImage) {
        if (wanted != Signal.RUNTIME_DEFAULT && wanted != Signal.UNRECOGNIZED) {
            return wanted.name();
        }
        return ofImage.isEmpty() ? DEFAULT : ofImage;
    }

    /** Those for real time have no names there. */
    static String forRunc(String signal) {
        Matcher realTime = REAL_TIME.matcher(signal);
        if (!realTime.matches()) {
            return signal;
        }
        int base = realTime.group(1).equals("MIN") ? REAL_TIME_MIN : REAL_TIME_MAX;
        int step = realTime.group(3) == null ? 0 : Integer.parseInt(realTime.group(3));
        boolean down = realTime.group(2) != null && realTime.group(2).matches("MINUS|-");
        return String.valueOf(down ? base - step : base + step);
    }

    /** As CRI names it; what it has no name for is its default. */
    static Signal toCri(String signal) {
        String name = signal.replace("+", "PLUS").replace("-", "MINUS");
        for (Signal known : Signal.values()) {
            if (known.name().equals(name) || known.name().equals("SIG" + name)) {
                return known;
            }
        }
        return Signal.RUNTIME_DEFAULT;
    }
}
