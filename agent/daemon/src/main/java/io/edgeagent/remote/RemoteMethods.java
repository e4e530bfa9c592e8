package io.edgeagent.remote;

import io.edgeagent.model.ParentHost;
import io.edgeagent.ops.SupportBundle;
import io.edgeagent.runtime.Clock;
import io.edgeagent.twin.MethodAnswer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The direct methods of {@code $edgeAgent} that read logs and upload them. They never wait for what the agent does with modules, and
 * have threads only while they work.
 */
public final class RemoteMethods implements AutoCloseable {
    private final LogAnswers answers;
    private final Calls calls;
    private final Uploads uploads;

    /**
     * What they are for.
     *
     * @param iothub host name of the hub, as it stands in logs and names of blobs
     * @param parent that {@code $upstream} in an address stands for
     */
    public record Board(String iothub, String device, ParentHost parent) {}

    public RemoteMethods(ModuleLogs logs, BlobStore store, SupportBundle bundle, Board board, Clock clock) {
        LogReading reading = new LogReading(logs, board.iothub(), board.device());
        this.answers = new LogAnswers(reading, clock::wallClock);
        this.calls = new Calls(clock);
        this.uploads = new Uploads(reading, bundle, store, board.parent(), clock);
    }

    /** By name; each takes the payload as JSON text. Any thread. */
    public Map<String, Function<String, CompletableFuture<MethodAnswer>>> all() {
        return Map.of(
                "GetModuleLogs",
                payload -> {
                    LogsRequest request = answers.request(payload);
                    return calls.begin(() -> answers.answer(request));
                },
                "UploadModuleLogs",
                payload -> CompletableFuture.completedFuture(uploads.logs(payload)),
                "UploadSupportBundle",
                payload -> CompletableFuture.completedFuture(uploads.supportBundle(payload)),
                "GetTaskStatus",
                payload -> CompletableFuture.completedFuture(uploads.status(payload)));
    }

    @Override
    public void close() {
        calls.close();
        uploads.close();
    }
}
