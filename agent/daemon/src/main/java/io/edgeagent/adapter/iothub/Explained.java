package io.edgeagent.adapter.iothub;

import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Failures of a connection in words of ours, which name who answered what, and what to set. */
final class Explained {
    private static final int DEEPEST = 20;

    private Explained() {}

    /** A connection that failed. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1;

        Failure(String text) {
            super(text);
        }

        Failure(String text, IOException cause) {
            super(text, cause);
        }
    }

    /** A certificate that was not believed. */
    static final class Distrust extends CertificateException {
        private static final long serialVersionUID = 1;

        Distrust(String text, CertificateException cause) {
            super(text, cause);
        }
    }

    /** The words for a failure, however deep a library has wrapped them. */
    static String words(Throwable thrown) {
        return ours(thrown).orElseGet(() -> innermost(thrown));
    }

    private static Optional<String> ours(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth++ < DEEPEST; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof Failure || cause instanceof Distrust) {
                return Optional.of(text);
            }
            if (cause instanceof UnknownHostException) {
                return Optional.of("the name " + text.split(":", 2)[0]
                        + " is not known: check it, and the name servers of this network");
            }
            if (cause instanceof SSLException && text.startsWith("Unsupported or unrecognized SSL message")) {
                return Optional.of("what answers does not speak TLS: a login page or a proxy of this network?");
            }
            if (cause instanceof SSLException && text.startsWith("Remote host terminated the handshake")) {
                return Optional.of("the connection was closed during the TLS handshake: does a firewall of this network"
                        + " refuse it?");
            }
        }
        return Optional.empty();
    }

    private static String innermost(Throwable thrown) {
        String text = String.valueOf(thrown.getMessage());
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth++ < DEEPEST; cause = cause.getCause()) {
            text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
        return text;
    }

    /** What another side said, fit for one line of a log. */
    static String quoted(String text, int most) {
        String printable = text.replaceAll("[^ -~]", "?").strip();
        return printable.length() <= most ? printable : printable.substring(0, most) + "...";
    }
}
