package io.edgeagent.adapter.iothub;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.Problem;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.upstream.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/** With what the device itself, not its modules, proves that it is the one: a key that signs tokens, or a certificate in TLS. */
public abstract sealed class DeviceAccess {
    // IoT Edge signs for 30 s and fails on boards whose clock is a minute off
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final Upstream upstream;

    private DeviceAccess(Upstream upstream) {
        this.upstream = upstream;
    }

    /** @param tls without a certificate of ours */
    public static DeviceAccess byKey(SharedKey key, SSLContext tls, Upstream upstream, InstantSource clock) {
        return new Key(key, tls.getSocketFactory(), upstream, clock);
    }

    /**
     * The files are looked at for every call, so that new ones count without a restart.
     *
     * @param roots PEM file of more root certificates
     */
    public static DeviceAccess byCertificate(
            Path certificate, Path key, Optional<Path> roots, Upstream upstream, InstantSource clock) {
        return new Certificate(new ClientTls(certificate, key, roots, clock), upstream);
    }

    /**
     * The sockets of the next call, which take the way that is tried now.
     *
     * @throws io.edgeagent.model.ProblemException CERTIFICATE_INVALID if the files cannot be used
     */
    SSLSocketFactory sockets() {
        return HubSocketFactory.https(tls(), upstream.current());
    }

    /** The device that is asked in place of the IoT Hub, where there is one. */
    ParentHost parent() {
        return upstream.current().parent();
    }

    abstract SSLSocketFactory tls();

    /**
     * Those of a request to something.
     *
     * @param policy the token's skn
     */
    abstract Map<String, String> headers(String resource, Optional<String> policy);

    /** What to look at if the proof was refused. */
    abstract String advice();

    /** What to think of besides, if a provisioning service refused the proof; empty or a piece of a sentence. */
    abstract String enrollmentAdvice();

    /** What is known to be wrong with the proof. */
    abstract Optional<Problem> fault();

    /** Whether it is our certificate that the other side did not like. */
    abstract boolean isRefusal(IOException failure);

    private static final class Key extends DeviceAccess {
        private final SharedKey key;
        private final SSLSocketFactory tls;
        private final InstantSource clock;

        Key(SharedKey key, SSLSocketFactory tls, Upstream upstream, InstantSource clock) {
            super(upstream);
            this.key = key;
            this.tls = tls;
            this.clock = clock;
        }

        @Override
        SSLSocketFactory tls() {
            return tls;
        }

        @Override
        Map<String, String> headers(String resource, Optional<String> policy) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put(
                    "Authorization",
                    SasToken.sign(resource, key, clock.instant().plus(TOKEN_LIFE), policy)
                            .toText());
            return headers;
        }

        @Override
        String advice() {
            return "the device's connection string or key in the settings, the board's clock";
        }

        @Override
        String enrollmentAdvice() {
            return "; a device of a group has a key of its own: az iot dps enrollment-group compute-device-key";
        }

        @Override
        Optional<Problem> fault() {
            return Optional.empty();
        }

        @Override
        boolean isRefusal(IOException failure) {
            return false;
        }
    }

    private static final class Certificate extends DeviceAccess {
        private final ClientTls files;

        Certificate(ClientTls files, Upstream upstream) {
            super(upstream);
            this.files = files;
        }

        @Override
        SSLSocketFactory tls() {
            return files.current();
        }

        @Override
        Map<String, String> headers(String resource, Optional<String> policy) {
            return new LinkedHashMap<>();
        }

        @Override
        String advice() {
            return "that the cloud knows the certificate " + files + ", by its thumbprint or by the CA that signed it";
        }

        @Override
        String enrollmentAdvice() {
            return "";
        }

        @Override
        Optional<Problem> fault() {
            return files.fault().map(text -> new Problem(ErrorCode.CERTIFICATE_INVALID, text));
        }

        @Override
        boolean isRefusal(IOException failure) {
            String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
            return failure instanceof SSLException
                    && text.contains("received fatal alert")
                    && (text.contains("certificate") || text.contains("unknown_ca") || text.contains("access_denied"));
        }
    }
}
