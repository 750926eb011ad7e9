package io.lembos.runtime.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A container's first process, told from a later one of the same number by its start.
 *
 * @param startTicks since the machine's start, as {@code /proc/PID/stat} has it: unlike a time of day it never changes
 */
record MainProcess(long pid, long startTicks) {
    private static final int STATE = 0;
    private static final int START = 19;

    /** One that has ended already has started at 0. */
    static MainProcess of(long pid) {
        String[] fields = fields(pid);
        return new MainProcess(pid, fields.length == 0 ? 0 : Long.parseLong(fields[START]));
    }

    boolean lives() {
        String[] fields = fields(pid);
        return fields.length > 0 && !fields[STATE].equals("Z") && Long.parseLong(fields[START]) == startTicks;
    }

    /** From the third on: the second is a name in brackets, which may contain anything. */
    private static String[] fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0]; // it is gone
        }
    }
}
