package io.edgeagent.adapter.workload;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Requests that are nearly right: pieces put together at random, then bytes changed. */
final class HostileRequests {
    private static final List<String> PIECES = List.of(
            "GET ",
            "POST ",
            "get ",
            "/modules",
            "/modules/led/genid/637/sign",
            "/modules/%24edgeAgent/genid/1/encrypt",
            "/modules/led/genid/637/decrypt",
            "/modules/led/genid/637/certificate/server",
            "/modules/led/certificate/identity",
            "/certificate/",
            "{\"commonName\":\"x\"}",
            "/trust-bundle",
            "?api-version=2018-06-28",
            "?api-version=",
            "&",
            "%",
            "%2",
            "%ff",
            "%00",
            "//",
            " HTTP/1.1\r\n",
            " HTTP/1.1\r\n",
            " HTTP/9",
            "\r\n",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "Host: x\r\n",
            "Content-Length: 20\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999\r\n",
            "Content-Type: text/plain\r\n",
            "Transfer-Encoding: chunked\r\n",
            ": \r\n",
            " \r\n",
            "\0",
            "{\"data\":\"aGVsbG8=\"}",
            "{\"plaintext\":\"\",\"initializationVector\":\"AA==\"}",
            "{\"ciphertext\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"initializationVector\":\"\"}",
            "[[[[[[[[[[[[[[[[[[[[",
            "{\"data\":",
            "1e999999999",
            "\"\\ud800\"",
            "é");
    private static final List<String> WHOLE = List.of(
            "GET /modules?api-version=2018-06-28 HTTP/1.1\r\nHost: x\r\n\r\n",
            // a name that is refused: a million certificates would take minutes
            post("/modules/led/genid/637/certificate/server", "{\"commonName\":\"a b\"}"),
            post(
                    "/modules/led/genid/637/sign",
                    "{\"keyId\":\"primary\",\"algo\":\"HMACSHA256\",\"data\":\"aGVsbG8=\"}"),
            post("/modules/led/genid/637/encrypt", "{\"plaintext\":\"c2Vj\",\"initializationVector\":\"aXY=\"}"),
            post(
                    "/modules/led/genid/637/decrypt",
                    "{\"ciphertext\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"initializationVector\":\"aXY=\"}"));

    private HostileRequests() {}

    static byte[] next(Random random) {
        byte[] bytes = random.nextInt(3) > 0 ? whole(random) : pieces(random);
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    private static byte[] whole(Random random) {
        return WHOLE.get(random.nextInt(WHOLE.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pieces(Random random) {
        StringBuilder text = new StringBuilder();
        for (int count = random.nextInt(12); count >= 0; count--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String post(String path, String body) {
        return "POST " + path + "?api-version=2018-06-28 HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }
}
