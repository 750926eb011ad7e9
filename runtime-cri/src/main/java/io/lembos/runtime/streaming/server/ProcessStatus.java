package io.lembos.runtime.streaming.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** How a process ended, as the error stream tells it: a Status from the fourth protocol on, before that text or nothing. */
final class ProcessStatus {
    private static final Set<String> TEXT_ONLY = Set.of("", "channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io");

    private ProcessStatus() {}

    static String exited(int code, String protocol) {
        if (code == 0) {
            return TEXT_ONLY.contains(protocol) ? "" : status("Success").toString();
        }
        String message = "command terminated with non-zero exit code: exit status " + code;
        ObjectNode status = status("Failure").put("message", message).put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code));
        return TEXT_ONLY.contains(protocol) ? message : status.toString();
    }

    static String failed(String verb, String why, String protocol) {
        String message = "error " + verb + ": " + why;
        ObjectNode status = status("Failure")
                .put("message", "Internal error occurred: " + message)
                .put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", message);
        status.put("code", 500);
        return TEXT_ONLY.contains(protocol) ? message : status.toString();
    }

    private static ObjectNode status(String word) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.putObject("metadata");
        return status.put("status", word);
    }
}
