package io.lembos.runtime.streaming.server;

import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A caller of exec or attach: waits for the streams that belong to the request, joins them with the process on a thread of
 * its own, and says at last how it ended. State belongs to the event loop.
 */
final class ProcessConnection {
    private static final int STREAMS_WAIT_SECONDS = 30;

    private final Channel channel;
    private final String protocol;
    private final String verb;
    private final Set<String> missing;
    private final StreamedProcess process;
    private final SpdyConnection connection;
    private final Outlet outlet;
    private final IncomingBytes stdin;
    private final TerminalSizes sizes = new TerminalSizes();
    private final Map<String, SpdyStream> streams = new HashMap<>();

    /** @param verb what is being done, for messages */
    ProcessConnection(Channel channel, String protocol, String verb, WantedStreams wanted, StreamedProcess process) {
        this.channel = channel;
        this.protocol = protocol;
        this.verb = verb;
        this.process = process;
        missing = wanted.types(protocol);
        connection = SpdyConnection.on(channel, true, this::accept);
        outlet = new Outlet(channel, connection);
        stdin = new IncomingBytes(connection);
        connection.onClose(outlet::close);
        channel.eventLoop().schedule(this::giveUpIfIncomplete, STREAMS_WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private void giveUpIfIncomplete() {
        if (!missing.isEmpty()) {
            connection.close();
        }
    }

    private void accept(SpdyStream stream) {
        String type = stream.header("streamType");
        if (!missing.remove(type)) {
            stream.reset();
            return;
        }
        streams.put(type, stream);
        switch (type) {
            case "stdin" -> stream.onBytes(stdin::add).onEnd(stdin::end);
            case "resize" -> stream.onBytes(sizes::add);
            default -> {}
        }
        if (missing.isEmpty()) {
            CallerStreams caller = new CallerStreams(
                    streams.containsKey("stdin") ? stdin : InputStream.nullInputStream(),
                    output("stdout"),
                    output("stderr"),
                    sizes);
            connection.onClose(() -> {
                outlet.close();
                stdin.end();
                caller.hangUp();
            });
            Thread.ofVirtual().name("stream").start(() -> run(caller));
        }
    }

    private OutputStream output(String type) {
        SpdyStream stream = streams.get(type);
        return stream == null ? OutputStream.nullOutputStream() : outlet.of(stream);
    }

    private void run(CallerStreams caller) {
        String status;
        try {
            status = ProcessStatus.exited(process.run(caller), protocol);
        } catch (IOException | ContainerRuntimeException e) {
            status = ProcessStatus.failed(verb, e.getMessage(), protocol);
        } catch (RuntimeException e) {
            status = ProcessStatus.failed(verb, e.toString(), protocol);
        }
        stdin.close();
        byte[] words = status.getBytes(StandardCharsets.UTF_8);
        channel.eventLoop().execute(() -> end(words));
    }

    private void end(byte[] status) {
        if (status.length > 0) {
            streams.get("error").write(Unpooled.wrappedBuffer(status));
        }
        streams.values().forEach(SpdyStream::finish);
        Farewell.say(channel);
    }
}
