package io.lembos.runtime.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both sides of a connection, whose bytes are carried by hand. */
class SpdyConnectionTest {
    private final EmbeddedChannel clientChannel = new EmbeddedChannel();
    private final EmbeddedChannel serverChannel = new EmbeddedChannel();
    private final List<SpdyStream> accepted = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final SpdyConnection client = SpdyConnection.on(clientChannel, false, SpdyStream::reset);
    private final SpdyConnection server = SpdyConnection.on(serverChannel, true, this::accept);

    private void accept(SpdyStream stream) {
        accepted.add(stream);
        stream.onBytes(bytes -> heard.add(bytes.toString(StandardCharsets.UTF_8)))
                .onEnd(() -> heard.add("end"));
    }

    @AfterEach
    void close() {
        clientChannel.finishAndReleaseAll();
        serverChannel.finishAndReleaseAll();
    }

    @Test
    void streamsCarryTheirHeadersAndBytesBothWays() {
        List<String> answers = new ArrayList<>();
        SpdyStream stream = client.open(Map.of("streamType", "stdin", "port", "80"));
        stream.onBytes(bytes -> answers.add(bytes.toString(StandardCharsets.UTF_8)));
        stream.write(text("question"));
        carry();

        assertThat(accepted).singleElement().satisfies(s -> {
            assertThat(s.header("streamType")).isEqualTo("stdin");
            assertThat(s.header("Port")).isEqualTo("80");
            assertThat(s.header("other")).isEmpty();
        });
        assertThat(heard).containsExactly("question");
        accepted.getFirst().write(text("answer"));
        carry();
        assertThat(answers).containsExactly("answer");
    }

    @Test
    void anAcceptedStreamIsAnsweredWithHeaders() {
        client.open(Map.of("streamType", "error"));
        clientChannel.runPendingTasks();
        ByteBuf request = clientChannel.readOutbound();
        serverChannel.writeInbound(request);

        ByteBuf reply = serverChannel.readOutbound();
        int lengthOfStreamId = 4;
        assertThat(reply.getUnsignedMedium(5)).isGreaterThan(lengthOfStreamId);
        reply.release();
    }

    @Test
    void endOfOneDirectionLeavesTheOtherOpen() {
        List<String> answers = new ArrayList<>();
        SpdyStream stream = client.open(Map.of());
        stream.onBytes(bytes -> answers.add(bytes.toString(StandardCharsets.UTF_8)))
                .onEnd(() -> answers.add("end"));
        stream.finish();
        carry();
        assertThat(heard).containsExactly("end");

        accepted.getFirst().write(text("still here"));
        accepted.getFirst().finish();
        carry();
        assertThat(answers).containsExactly("still here", "end");
    }

    @Test
    void streamsAreOpenedInTheOrderOfTheCalls() {
        client.open(Map.of("streamType", "error"));
        client.open(Map.of("streamType", "stdout"));
        carry();

        assertThat(accepted).extracting(s -> s.header("streamType")).containsExactly("error", "stdout");
    }

    @Test
    void aStreamThatIsResetEndsOnBothSides() {
        List<String> answers = new ArrayList<>();
        SpdyStream stream = client.open(Map.of());
        stream.onEnd(() -> answers.add("end"));
        carry();
        accepted.getFirst().reset();
        carry();

        assertThat(answers).containsExactly("end");
        stream.write(text("into the void"));
        carry();
        assertThat(heard).containsExactly("end");
    }

    @Test
    void allStreamsEndWithTheConnection() {
        client.open(Map.of());
        carry();
        serverChannel.close();

        assertThat(heard).containsExactly("end");
    }

    private void carry() {
        boolean moved = true;
        while (moved) {
            moved = move(clientChannel, serverChannel) | move(serverChannel, clientChannel);
        }
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        Object bytes = from.readOutbound();
        if (bytes == null) {
            return false;
        }
        to.writeInbound(bytes);
        return true;
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
