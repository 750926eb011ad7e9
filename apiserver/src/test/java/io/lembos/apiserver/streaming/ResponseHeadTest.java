package io.lembos.apiserver.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class ResponseHeadTest {

    @Test
    void isReadOnlyWhenItIsWhole() {
        assertThat(ResponseHead.read(Buffer.buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n")))
                .isEmpty();

        ResponseHead head = ResponseHead.read(
                        Buffer.buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nX: a:b\r\n\r\nrest"))
                .orElseThrow();
        assertThat(head.switchesProtocols()).isTrue();
        assertThat(head.header("UPGRADE")).contains("SPDY/3.1");
        assertThat(head.header("x")).contains("a:b");
        assertThat(head.length())
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nX: a:b\r\n\r\n".length());
    }

    @Test
    void whatIsNotHttpIsRefused() {
        assertThatThrownBy(() -> ResponseHead.read(Buffer.buffer("SSH-2.0-OpenSSH\r\n\r\n")))
                .hasMessage("not an HTTP answer: SSH-2.0-OpenSSH");
        assertThatThrownBy(() -> ResponseHead.read(Buffer.buffer("x".repeat(ResponseHead.BYTES_MAX + 1))))
                .hasMessageContaining("longer than");
    }
}
