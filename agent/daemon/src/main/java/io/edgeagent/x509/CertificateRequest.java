package io.edgeagent.x509;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import javax.security.auth.x500.X500Principal;

/**
 * What a certificate is to say.
 *
 * @param use what its key may do
 * @param pathLength for a CA, how many CAs may be below it; empty for any number
 */
public record CertificateRequest(
        X500Principal subject,
        PublicKey key,
        Use use,
        OptionalInt pathLength,
        List<AlternativeName> names,
        Instant notBefore,
        Instant notAfter) {
    /** Key usage and extended key usage. */
    public enum Use {
        CA,
        SERVER,
        CLIENT
    }

    public CertificateRequest {
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("a certificate ends after it begins");
        }
        names = List.copyOf(names);
    }
}
