package io.edgeagent.adapter.iothub;

import io.edgeagent.model.Printable;
import io.edgeagent.remote.SasUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PUT requests to one container, one after the other over one connection as long as it holds. What may pass by is sent again. No
 * failure and no line of the log has the secret of the address in it.
 */
final class BlobRequests {
    private static final Logger LOG = LoggerFactory.getLogger(BlobRequests.class);
    private static final String VERSION = "2020-10-02";
    private static final int TRIES = 6;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    /** For a request and its answer, whatever drips or stands still: a block then has at least 1.5 kB a second. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int TIMEOUT_MS = 60_000;
    private static final int MOST_ANSWER = 16 << 10;
    private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,100})</Code>");
    private static final Pattern DETAIL = Pattern.compile("<(?:AuthenticationErrorDetail|Message)>([^<\\r\\n]{1,500})");

    private final SasUrl container;
    private final HubSocketFactory sockets;
    private final InstantSource clock;
    private final BlobRest.Pause pause;

    /** What the storage answered to a request that it did not carry out. */
    private record Refusal(int status, String text) {
        /** Whether the same request may do better in a while. */
        boolean passesBy() {
            return status == 408 || status == 429 || status >= 500;
        }
    }

    BlobRequests(SasUrl container, HubSocketFactory sockets, InstantSource clock, BlobRest.Pause pause) {
        this.container = container;
        this.sockets = sockets;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Sends until it is there.
     *
     * @param path of the blob, percent-encoded
     * @param operation as {@code comp=block}
     * @param done a status that means that an earlier try, whose answer was lost, has done it; 0 if there is none
     * @throws IOException in words for a person
     */
    void put(String path, String operation, Map<String, String> headers, byte[] body, int length, int done)
            throws IOException {
        URI address = container.of(path, operation);
        boolean mayBeThere = false;
        for (int tried = 1; ; tried++) {
            String reason;
            try {
                Optional<Refusal> refusal = send(address, headers, body, length);
                if (refusal.isEmpty() || (mayBeThere && refusal.get().status() == done)) {
                    return;
                }
                reason = refusal.get().text();
                if (!refusal.get().passesBy()) {
                    throw new Explained.Failure(reason);
                }
            } catch (Explained.Failure e) {
                throw e;
            } catch (IOException e) {
                reason = "the storage " + address.getHost() + " cannot be reached: "
                        + Printable.redacted(Explained.words(e), 300);
            }
            mayBeThere = true;
            if (tried >= TRIES) {
                throw new Explained.Failure(reason + "; given up after " + TRIES + " tries");
            }
            LOG.info("event=upload_retried try={} reason=\"{}\"", tried, reason);
            rest(tried);
        }
    }

    private void rest(int tried) throws IOException {
        Duration wait = FIRST_WAIT.multipliedBy(1L << (tried - 1));
        try {
            pause.pause(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Explained.Failure("the agent is stopping");
        }
    }

    /** @return why not; empty if it was done */
    private Optional<Refusal> send(URI address, Map<String, String> headers, byte[] body, int length)
            throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<Void>().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        var unused = over.whenComplete((done, late) -> {
            if (late != null) {
                // the only way out of a write to somebody who does not read
                sockets.cut();
            }
        });
        try {
            return exchange(address, headers, body, length);
        } catch (IOException e) {
            throw over.isDone() ? new IOException("no whole answer within " + PATIENCE.toSeconds() + " seconds", e) : e;
        } finally {
            over.complete(null);
        }
    }

    private Optional<Refusal> exchange(URI address, Map<String, String> headers, byte[] body, int length)
            throws IOException {
        HttpsURLConnection connection =
                // the sockets know the proxy
                (HttpsURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(sockets);
        connection.setConnectTimeout(TIMEOUT_MS / 2);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setUseCaches(false);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(length);
        connection.setRequestProperty("x-ms-version", VERSION);
        headers.forEach(connection::setRequestProperty);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body, 0, length);
        }
        int status = connection.getResponseCode();
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            // to its end, so that the connection can be used again
            byte[] answer = in == null ? new byte[0] : in.readNBytes(MOST_ANSWER);
            return status < 300
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            status,
                            words(
                                    address.getHost(),
                                    status,
                                    Optional.ofNullable(connection.getHeaderField("x-ms-error-code")),
                                    new String(answer, StandardCharsets.UTF_8))));
        }
    }

    private String words(String host, int status, Optional<String> header, String answer) {
        String code = header.or(() -> first(CODE, answer)).orElse("HTTP " + status);
        String detail = first(DETAIL, answer).map(text -> ": " + text).orElse("");
        return Printable.redacted("the storage " + host + " answered " + status + " " + code + detail, 500)
                + advice(status);
    }

    private String advice(int status) {
        Optional<String> expired = container
                .expiry()
                .filter(end -> end.isBefore(clock.instant()))
                .map(end -> "; the SAS expired at " + end + ": make a new one, or correct the board's clock");
        return switch (status) {
            case 401, 403 ->
                expired.orElse("; check that the SAS permits to create, add and write (sp=acw), its time, and the"
                        + " storage's firewall");
            case 404 -> "; check that the container " + container + " exists";
            default -> "";
        };
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Ends the connection. */
    void close() {
        sockets.cut();
    }
}
