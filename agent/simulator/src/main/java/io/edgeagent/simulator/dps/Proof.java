package io.edgeagent.simulator.dps;

import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.hub.Certificates;
import io.edgeagent.simulator.hub.HubException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What came with a device's request.
 *
 * @param authorization the header's text, may be empty
 * @param certificates those of the TLS handshake, may be none
 */
public record Proof(String authorization, List<X509Certificate> certificates) {
    /** @throws HubException 401 if it is not good for the registration */
    void check(Enrollment enrollment, String idScope, String registrationId, Instant now) {
        if (!isGoodFor(enrollment, idScope, registrationId, now)) {
            throw unauthorized();
        }
    }

    boolean isGoodFor(Enrollment enrollment, String idScope, String registrationId, Instant now) {
        if (enrollment.attestation() instanceof Attestation.Keys keys) {
            Attestation.Keys own = enrollment.group() ? keys.derive(registrationId) : keys;
            return isToken(own, idScope + "/registrations/" + registrationId, now);
        }
        return enrollment.attestation() instanceof Attestation.X509 x509
                && isCertificate(x509, enrollment, registrationId, now);
    }

    /** As little as Azure says, for all reasons alike. */
    static HubException unauthorized() {
        return new HubException(HubError.UNAUTHORIZED, "Unauthorized");
    }

    private boolean isToken(Attestation.Keys keys, String resource, Instant now) {
        try {
            SasToken token = SasToken.parse(authorization);
            // "skn" is "registration" by the documentation; Azure's Java client leaves it empty and is let in
            return token.resource().equalsIgnoreCase(resource) && token.isValid(keys.both(), now);
        } catch (ProtocolException e) {
            return false;
        }
    }

    /** In both kinds of enrollment a device is who its certificate says. */
    private boolean isCertificate(Attestation.X509 x509, Enrollment enrollment, String registrationId, Instant now) {
        if (certificates.isEmpty() || !Certificates.isValidAt(certificates.get(0), now)) {
            return false;
        }
        X509Certificate own = certificates.get(0);
        return Certificates.commonName(own).equalsIgnoreCase(registrationId)
                && (enrollment.group()
                        ? Certificates.leadsTo(certificates, x509.certificates(), now)
                        : x509.certificates().contains(own));
    }
}
