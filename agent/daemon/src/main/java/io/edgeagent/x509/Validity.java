package io.edgeagent.x509;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** From when to when a certificate is good. */
public record Validity(Instant from, Instant to) {
    private static final double RENEW_AT = 0.8;

    public static Validity of(X509Certificate certificate) {
        return new Validity(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** Whether it is good now and four fifths of its life are not over. */
    public boolean isFresh(Instant now) {
        return !now.isBefore(from) && now.isBefore(renewal());
    }

    public boolean isOver(Instant now) {
        return !now.isBefore(to);
    }

    /** When four fifths of its life are over. */
    public Instant renewal() {
        return from.plusSeconds((long) (Duration.between(from, to).toSeconds() * RENEW_AT));
    }

    /** What is wrong with it now, in words that follow the name of a file; empty if it is good. */
    public Optional<String> fault(Instant now) {
        if (isOver(now)) {
            return Optional.of(
                    "has expired on " + to + ": replace it, or set the clock if it is wrong (now " + now + ")");
        }
        return now.isBefore(from)
                ? Optional.of("is not valid before " + from + ": is the clock right (now " + now + ")?")
                : Optional.empty();
    }
}
