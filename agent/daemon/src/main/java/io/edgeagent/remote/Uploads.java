package io.edgeagent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.Printable;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.SupportBundle;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Workers;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.twin.MethodPayload;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The direct methods UploadModuleLogs, UploadSupportBundle and GetTaskStatus. Two uploads run side by side; others wait. All that is
 * sent is read while it is sent.
 */
final class Uploads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int SIDE_BY_SIDE = 2;
    // how far a bundle goes back where nothing is said, as the command's and IoT Edge's does
    private static final Duration BUNDLE = Duration.ofDays(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd--HH-mm-ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final LogReading reading;
    private final SupportBundle bundle;
    private final BlobStore store;
    private final ParentHost parent;
    private final Clock clock;
    private final Workers workers;
    private final TaskTable tasks = new TaskTable();

    /** Does the work of a task. @return what to say of it, or empty */
    private interface Task {
        String run() throws IOException;
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    Uploads(LogReading reading, SupportBundle bundle, BlobStore store, ParentHost parent, Clock clock) {
        this.reading = reading;
        this.bundle = bundle;
        this.store = store;
        this.parent = parent;
        this.clock = clock;
        this.workers = new Workers("upload", SIDE_BY_SIDE, clock);
    }

    /** @throws IllegalArgumentException if the payload is not right */
    MethodAnswer logs(String text) {
        JsonNode payload = MethodPayload.parse(text);
        SasUrl container = container(payload);
        LogsRequest request = LogsRequest.of(payload, clock.wallClock());
        return begin("UploadModuleLogs", () -> upload(request, container));
    }

    /** @throws IllegalArgumentException if the payload is not right */
    MethodAnswer supportBundle(String text) {
        JsonNode payload = MethodPayload.parse(text);
        SasUrl container = container(payload);
        Optional<Instant> since = LogFilter.time(payload, "since", clock.wallClock());
        Optional<Instant> until = LogFilter.time(payload, "until", clock.wallClock());
        LogFilter.checkOrder(since, until);
        BundleRequest request = new BundleRequest(
                since.or(() -> Optional.of(clock.wallClock().minus(BUNDLE))),
                until,
                MethodPayload.field(payload, "edgeRuntimeOnly").asBoolean(),
                MethodPayload.text(payload, "iothubHostname"));
        return begin("UploadSupportBundle", () -> {
            BlobStore.Blob blob =
                    new BlobStore.Blob(name("support-bundle", "zip"), false, "application/zip", Optional.empty());
            send(container, blob, out -> bundle.write(out, request));
            return "";
        });
    }

    /** @throws IllegalArgumentException if the payload is not right */
    MethodAnswer status(String text) {
        String id = MethodPayload.text(MethodPayload.parse(text), "correlationId")
                .filter(given -> !given.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(
                        "correlationId must be one that UploadModuleLogs or UploadSupportBundle answered"));
        return new MethodAnswer(200, tasks.toJson(id));
    }

    private SasUrl container(JsonNode payload) {
        String text = MethodPayload.text(payload, "sasUrl")
                .orElseThrow(() -> new IllegalArgumentException("sasUrl is missing"));
        return SasUrl.parse(text, parent);
    }

    private MethodAnswer begin(String method, Task task) {
        Optional<String> id = tasks.add();
        if (id.isEmpty() || !workers.submit(() -> run(method, id.get(), task))) {
            return MethodAnswer.error(500, "too many uploads wait already; ask again later");
        }
        // the first answer says Running, as IoT Edge's does, although its turn may come later
        return new MethodAnswer(200, tasks.toJson(id.get()).put("status", "Running"));
    }

    private void run(String method, String id, Task task) {
        tasks.set(id, TaskTable.Status.RUNNING, "");
        Attempt.of(
                () -> {
                    try {
                        String remark = task.run();
                        tasks.set(id, TaskTable.Status.COMPLETED, remark);
                        LOG.info("event=upload_done method={} task={}", method, id);
                        return id;
                    } catch (IOException e) {
                        return failed(method, id, e.getMessage());
                    }
                },
                problem -> failed(method, id, problem.text()));
    }

    private String failed(String method, String id, String reason) {
        String text = Printable.redacted(String.valueOf(reason), 900);
        tasks.set(id, TaskTable.Status.FAILED, text);
        LOG.warn("event=upload_failed method={} task={} reason=\"{}\"", method, id, text);
        return id;
    }

    /** All modules, also if one of them fails. */
    private String upload(LogsRequest request, SasUrl container) throws IOException {
        List<String> modules = reading.logs().modules();
        Map<String, LogFilter> chosen = request.choose(modules);
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, LogFilter> each : chosen.entrySet()) {
            LogFormat format = request.format();
            BlobStore.Blob blob = new BlobStore.Blob(
                    name(each.getKey(), format.extension()),
                    !format.json(),
                    format.contentType(),
                    format.contentEncoding());
            try {
                send(container, blob, out -> reading.write(each.getKey(), each.getValue(), format, out));
            } catch (IOException e) {
                failures.add(each.getKey() + ": " + e.getMessage());
            } catch (ProblemException e) {
                failures.add(each.getKey() + ": " + e.problem().text());
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures)
                    + (chosen.size() > failures.size()
                            ? "; uploaded: " + (chosen.size() - failures.size()) + " of " + chosen.size()
                            : ""));
        }
        return chosen.isEmpty()
                ? "No module matches. There are: " + modules.stream().limit(50).collect(Collectors.joining(", "))
                : "";
    }

    private void send(SasUrl container, BlobStore.Blob blob, Content content) throws IOException {
        try (BlobStore.Upload upload = store.open(container, blob)) {
            BufferedOutputStream buffered = new BufferedOutputStream(upload, 8192);
            content.write(buffered);
            buffered.flush();
            upload.commit();
        }
    }

    private String name(String id, String extension) {
        return reading.iothub() + "/" + reading.device() + "/" + id + "-" + TIME.format(clock.wallClock()) + "."
                + extension;
    }

    /** Ends without waiting: an upload that was cut off is begun again by who needs it. */
    @Override
    public void close() {
        workers.close();
    }
}
