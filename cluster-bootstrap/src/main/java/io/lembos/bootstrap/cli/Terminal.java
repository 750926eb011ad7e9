package io.lembos.bootstrap.cli;

/** Output for people: colours and redrawn lines on a terminal only, plain lines anywhere else. */
final class Terminal {
    /** The launcher looks whether standard output is a terminal; Java 21 cannot. */
    private static final boolean INTERACTIVE = "1".equals(System.getenv("LEMBOS_TTY"))
            && System.getenv("NO_COLOR") == null
            && !"dumb".equals(System.getenv("TERM"));

    private Terminal() {}

    static void error(String message) {
        System.err.println(paint("31", "lembos: ") + message);
    }

    static void line(String text) {
        System.out.println(text);
    }

    /** A step that is under way; replaced by the next line on a terminal, not shown elsewhere. */
    static void progress(String text) {
        if (INTERACTIVE) {
            System.out.print("\r\033[K  … " + text);
            System.out.flush();
        }
    }

    /** How far a step is that goes through many things. */
    static void progress(String text, int done, int all) {
        progress(text + ": " + done + " of " + all);
    }

    /** Takes a step away that is not to be seen when it is done. */
    static void clear() {
        if (INTERACTIVE) {
            System.out.print("\r\033[K");
            System.out.flush();
        }
    }

    /** A step that is done, with the time it took. */
    static void done(String text, long millis) {
        String clear = INTERACTIVE ? "\r\033[K" : "";
        System.out.printf("%s  %s %-58s %s%n", clear, paint("32", "✓"), text, paint("2", seconds(millis)));
    }

    static String bold(String text) {
        return paint("1", text);
    }

    static String seconds(long millis) {
        return String.format(java.util.Locale.ROOT, "%6.2f s", millis / 1000.0);
    }

    private static String paint(String code, String text) {
        return INTERACTIVE ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
