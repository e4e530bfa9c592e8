package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first line of HTTP. */
class HttpHeadTest {
    @ParameterizedTest
    @CsvSource(delimiter = '>', textBlock = """
            GET /$iothub/websocket?a=b HTTP/1.1                        > GET /$iothub/websocket?a=b HTTP/1.1
            GET https://board:443/$iothub/websocket?a=b HTTP/1.1       > GET /$iothub/websocket?a=b HTTP/1.1
            GET http://board/$iothub/websocket HTTP/1.1                > GET /$iothub/websocket HTTP/1.1
            POST /twins/http://x/methods HTTP/1.1                      > POST /twins/http://x/methods HTTP/1.1
            GET ftp://board/x HTTP/1.1                                 > GET ftp://board/x HTTP/1.1
            HTTP/1.1 101 Switching Protocols                           > HTTP/1.1 101 Switching Protocols
            """)
    void a_request_may_name_the_host_before_the_path(String came, String start) throws Exception {
        HttpHead head = HttpHead.next(ByteBuffer.wrap((came + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)))
                .orElseThrow();

        assertThat(head.start()).isEqualTo(start);
    }
}
