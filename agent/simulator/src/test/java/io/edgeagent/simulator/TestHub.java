package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.StateFolder;
import io.edgeagent.simulator.tls.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.opentest4j.TestAbortedException;

/** Simulators that share one CA: the Java service SDK trusts what the JVM trusted at its first connection. */
final class TestHub {
    private static final Path AUTHORITY = Path.of("target", "test-authority").toAbsolutePath();
    private static final String PASSWORD = "changeit";

    static {
        try (StateFolder folder = StateFolder.open(AUTHORITY)) {
            new CertificateAuthority(folder).certificateFor("127.0.0.1");
            Path file = AUTHORITY.resolve("trust.p12");
            try (OutputStream out = Files.newOutputStream(file)) {
                trustStore().store(out, PASSWORD.toCharArray());
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        } catch (IOException | GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private TestHub() {}

    /** On the ports that SDKs have built in. */
    static Simulator startForSdks(Path state) throws IOException {
        return start(state, sdkAddress(), SimulatorOptions.DEFAULT);
    }

    /** On free ports. */
    static Simulator start(Path state) throws IOException {
        return start(state, "127.0.0.1", SimulatorOptions.anyPorts());
    }

    static Simulator start(Path state, String address, SimulatorOptions options) throws IOException {
        Files.createDirectories(state);
        for (String file : new String[] {"ca.pem", "ca.key.pem"}) {
            Files.copy(AUTHORITY.resolve(file), state.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        return Simulator.start(state, address, options);
    }

    static String sdkAddress() {
        String address = System.getenv("EDGE_TEST_HUB_ADDRESS");
        if (address == null) {
            // an address of its own with free ports 443 and 8883
            throw new TestAbortedException("skipped: needs ./dev (EDGE_TEST_HUB_ADDRESS is not set)");
        }
        return address;
    }

    static SSLContext trust() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TrustManager[] trustManagers() throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trustStore());
        return trust.getTrustManagers();
    }

    private static KeyStore trustStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(AUTHORITY.resolve("ca.pem"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        return store;
    }
}
