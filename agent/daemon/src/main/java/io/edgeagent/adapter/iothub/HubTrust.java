package io.edgeagent.adapter.iothub;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.Credential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates that a hub is believed by: the few roots that Azure's services chain to, and the operator's own bundle. The
 * Java runtime's store has some 140 roots that cost memory and trust.
 */
public final class HubTrust {
    private static final String AZURE_ROOTS = "/azure-roots.pem";

    private HubTrust() {}

    /** PEM of the roots that Azure's hubs chain to, without comments. */
    public static String azureRoots() {
        try (InputStream pem = HubTrust.class.getResourceAsStream(AZURE_ROOTS)) {
            return new String(pem.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param bundle PEM file of more roots, for a hub behind a private CA */
    public static SSLContext context(Optional<Path> bundle) {
        return context(bundle, Optional.empty());
    }

    /** @param own what we prove ourselves with */
    static SSLContext context(Optional<Path> bundle, Optional<Credential> own) {
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            add(roots, azureRoots().getBytes(StandardCharsets.US_ASCII), "azure");
            if (bundle.isPresent()) {
                add(roots, Files.readAllBytes(bundle.get()), "bundle");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own.map(credential -> new KeyManager[] {new OwnKey(credential)})
                            .orElse(null),
                    new TrustManager[] {new ExplainingTrust((X509ExtendedTrustManager) trust.getTrustManagers()[0])},
                    null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    "the trust bundle " + bundle.map(Path::toString).orElse("")
                            + " is not a readable PEM file of certificates: " + e.getMessage(),
                    e);
        }
    }

    private static void add(KeyStore roots, byte[] pem, String prefix) throws GeneralSecurityException {
        Collection<? extends Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("it holds no certificate");
        }
        int number = 0;
        for (Certificate certificate : certificates) {
            roots.setCertificateEntry(prefix + number++, certificate);
        }
    }
}
