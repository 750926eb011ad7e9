package io.lembos.runtime.containerd;

import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.ChildProcessException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The node's iptables, as far as CNI plugins use it: whether it works, and taking a network's rules out of it. */
final class NetworkTranslation {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern CHAIN = Pattern.compile("-j (CNI-(?:DN-)?[0-9a-f]{6,})");

    private NetworkTranslation() {}

    /** Whether the nat table can be read: the program is there and the kernel has what it needs. */
    static boolean works() {
        try {
            return ChildProcess.run(List.of("iptables", "--wait", "5", "-t", "nat", "-S"), LIMIT)
                    .succeeded();
        } catch (ChildProcessException e) {
            return false;
        }
    }

    /**
     * Removes what CNI plugins have left for a network whose pods were not stopped in order: the rules that carry its
     * name in their comment and the chains of these pods. Others' rules are not touched.
     */
    static void forget(String network, Path scratch) {
        if (!works()) {
            return;
        }
        String saved = ChildProcess.require(List.of("iptables-save", "-t", "nat"), LIMIT);
        List<String> rules = saved.lines()
                .filter(line -> line.startsWith("-A ") && line.contains("name: \\\"" + network + "\\\""))
                .toList();
        if (!rules.isEmpty()) {
            restore(scratch, removal(rules));
        }
    }

    /** In iptables-restore's language: rules first, then the chains that nobody jumps to any more. */
    static String removal(List<String> rules) {
        StringBuilder text = new StringBuilder("*nat\n");
        rules.forEach(rule -> text.append("-D").append(rule.substring(2)).append('\n'));
        rules.stream()
                .map(CHAIN::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .distinct()
                .forEach(chain -> text.append("-F ")
                        .append(chain)
                        .append("\n-X ")
                        .append(chain)
                        .append('\n'));
        return text.append("COMMIT\n").toString();
    }

    private static void restore(Path scratch, String text) {
        try {
            Files.writeString(scratch, text);
            ChildProcess.require(List.of("iptables-restore", "--wait", "5", "--noflush", scratch.toString()), LIMIT);
            Files.delete(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
