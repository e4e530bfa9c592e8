package io.edgeagent.adapter.workload;

import io.edgeagent.identity.ModuleIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One request and its answer. Used by the server's thread only. */
final class Connection {
    private static final int DRAINS = 32;

    final ModuleIdentity caller;
    final SocketChannel channel;
    final long deadline;
    private final RequestReader reader = new RequestReader();
    private Optional<ByteBuffer> answer = Optional.empty();

    Connection(ModuleIdentity caller, SocketChannel channel, long deadline) {
        this.caller = caller;
        this.channel = channel;
        this.deadline = deadline;
    }

    /**
     * Reads what is there.
     *
     * @return the request once it is whole
     * @throws Refusal if we do not accept it
     * @throws IOException if the peer is gone
     */
    Optional<WorkloadRequest> read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            throw new IOException("closed by the module");
        }
        buffer.flip();
        return reader.offer(buffer);
    }

    void answer(Reply reply) {
        answer = Optional.of(ByteBuffer.wrap(reply.bytes()));
    }

    boolean isAnswered() {
        return answer.isPresent();
    }

    /** Writes what the peer takes; true when nothing is left. */
    boolean write() throws IOException {
        ByteBuffer left = answer.orElseThrow();
        channel.write(left);
        return !left.hasRemaining();
    }

    /** Reads what nobody asked for: closing over it would give the peer a reset instead of the end of its answer, unix(7). */
    void drain(ByteBuffer buffer) throws IOException {
        for (int i = 0; i < DRAINS; i++) {
            buffer.clear();
            if (channel.read(buffer) <= 0) {
                return;
            }
        }
    }
}
