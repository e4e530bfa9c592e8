package io.edgeagent.samples.button;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Tells the LED module the state of the button: {@code POST <base>True} or {@code POST <base>False}, empty body. */
record LedClient(URI base) {
    private static final int TIMEOUT_MILLIS = 2_000;

    static {
        // A kept connection would be stale whenever the LED's container was replaced. "Connection: close" in a request
        // does not do: when the body comes after the status, Java keeps it, and the next post meets its end.
        System.setProperty("http.keepAlive", "false");
    }

    /** @throws IOException when the LED does not answer within 2 s, or not with a status of 200 to 299 */
    void post(boolean pressed) throws IOException {
        int status;
        try {
            status = send(base.resolve(pressed ? "True" : "False"));
        } catch (IOException e) {
            throw new IOException("no answer, " + e, e);
        }
        if (status / 100 != 2) {
            throw new IOException("answered " + status);
        }
    }

    private static int send(URI uri) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        try {
            connection.setRequestMethod("POST");
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(0);
            connection.getOutputStream().close();
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
