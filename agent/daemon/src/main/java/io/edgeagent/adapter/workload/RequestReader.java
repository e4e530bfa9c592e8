package io.edgeagent.adapter.workload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Collects one request from the bytes of a connection, whatever a module sends and however it is cut. */
final class RequestReader {
    static final int MAX_HEAD = 8 << 10;
    static final int MAX_BODY = 64 << 10;
    private static final int FIRST = 1 << 10;

    private byte[] received = new byte[FIRST];
    private int length;
    private int bodyStart = -1;
    private Optional<RequestHead> head = Optional.empty();

    /**
     * Takes what came.
     *
     * @return the request once it is whole; what follows it is not looked at
     * @throws Refusal if this will never be a request that we take
     */
    Optional<WorkloadRequest> offer(ByteBuffer bytes) {
        append(bytes);
        if (head.isEmpty() && !findHead()) {
            return Optional.empty();
        }
        RequestHead known = head.orElseThrow();
        int end = bodyStart + known.contentLength();
        if (length < end) {
            return Optional.empty();
        }
        return Optional.of(known.with(new String(received, bodyStart, end - bodyStart, StandardCharsets.UTF_8)));
    }

    private boolean findHead() {
        for (int i = 3; i < length && i < MAX_HEAD; i++) {
            if (received[i] == '\n' && received[i - 1] == '\r' && received[i - 2] == '\n' && received[i - 3] == '\r') {
                bodyStart = i + 1;
                head = Optional.of(RequestHead.parse(new String(received, 0, i - 3, StandardCharsets.ISO_8859_1)));
                return true;
            }
        }
        if (length >= MAX_HEAD) {
            throw new Refusal(431, "the request's head is longer than " + MAX_HEAD + " bytes");
        }
        return false;
    }

    private void append(ByteBuffer bytes) {
        int fits = Math.min(bytes.remaining(), MAX_HEAD + MAX_BODY - length);
        if (length + fits > received.length) {
            received = Arrays.copyOf(received, Math.max(length + fits, received.length * 2));
        }
        bytes.get(received, length, fits);
        bytes.position(bytes.limit());
        length += fits;
    }
}
