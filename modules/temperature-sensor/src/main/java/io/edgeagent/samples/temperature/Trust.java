package io.edgeagent.samples.temperature;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.edgeagent.samples.client.UnixSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom to trust when the hub is asked directly: Java's certification authorities, and those of the agent's trust bundle.
 * With an edge hub in between, Azure's client asks for the bundle itself.
 */
final class Trust {
    private static final String REQUEST =
            "GET /trust-bundle?api-version=2019-01-30 HTTP/1.1\r\nHost: workload\r\nConnection: close\r\n\r\n";
    private static final int MOST_BYTES = 1 << 20;
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    /** Of a file with nothing secret in it. */
    private static final String PASSWORD = "changeit";

    private Trust() {}

    /**
     * Azure's client ignores an SSLContext that it is given together with the workload API, and uses Java's own; so the
     * bundle goes where Java looks.
     *
     * @throws IOException when the workload API does not answer, or not with certificates
     */
    static void install(URI workload) throws IOException {
        Collection<? extends Certificate> bundle = certificates(answer(workload));
        if (bundle.isEmpty() || System.getProperty(TRUST_STORE) != null) {
            return;
        }
        Path file = Files.createTempFile("trust", ".p12");
        file.toFile().deleteOnExit();
        write(file, bundle);
        System.setProperty(TRUST_STORE, file.toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }

    /** @return none for an answer that is not 200: an agent without a trust bundle says 404 */
    static Collection<? extends Certificate> certificates(String answer) throws IOException {
        int end = answer.indexOf("\r\n\r\n");
        String[] status = answer.split(" ", 3);
        if (end < 0 || status.length < 2) {
            throw new IOException("the workload API answered no HTTP");
        }
        if (!status[1].equals("200")) {
            return List.of();
        }
        try {
            String pem = JsonParser.parseString(answer.substring(end + 4))
                    .getAsJsonObject()
                    .get("certificate")
                    .getAsString();
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (JsonParseException | IllegalStateException | NullPointerException | GeneralSecurityException e) {
            throw new IOException("the workload API's trust bundle cannot be read: " + e.getMessage(), e);
        }
    }

    private static String answer(URI workload) throws IOException {
        try (var socket = new UnixSocket()) {
            socket.open(workload.getPath());
            socket.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            var all = new ByteArrayOutputStream();
            byte[] some = new byte[4096];
            for (int length = socket.read(some); length >= 0 && all.size() < MOST_BYTES; length = socket.read(some)) {
                all.write(some, 0, length);
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    static void write(Path file, Collection<? extends Certificate> bundle) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            List<Certificate> all = new ArrayList<>(bundle);
            all.addAll(javasOwn());
            for (Certificate certificate : all) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            store.store(out, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("the trust bundle cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> javasOwn() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        List<X509Certificate> own = new ArrayList<>();
        for (TrustManager manager : trust.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                own.addAll(List.of(known.getAcceptedIssuers()));
            }
        }
        return own;
    }
}
