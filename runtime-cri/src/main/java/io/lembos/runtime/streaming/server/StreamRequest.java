package io.lembos.runtime.streaming.server;

import java.util.List;

/** What a token stands for. */
sealed interface StreamRequest {
    /** Word of the URL. */
    String path();

    /** What we speak within the streams. */
    List<String> protocols();

    /** @param verb what is being done, for messages */
    record OfProcess(String path, String verb, WantedStreams wanted, StreamedProcess process) implements StreamRequest {
        @Override
        public List<String> protocols() {
            return List.of(
                    "v5.channel.k8s.io",
                    "v4.channel.k8s.io",
                    "v3.channel.k8s.io",
                    "v2.channel.k8s.io",
                    "channel.k8s.io");
        }
    }

    /** @param pod its name, for messages */
    record OfPorts(String pod, PortDialer dialer) implements StreamRequest {
        @Override
        public String path() {
            return "portforward";
        }

        @Override
        public List<String> protocols() {
            return List.of("portforward.k8s.io");
        }
    }
}
