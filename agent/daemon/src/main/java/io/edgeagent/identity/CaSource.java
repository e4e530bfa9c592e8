package io.edgeagent.identity;

import io.edgeagent.x509.Credential;
import java.security.cert.X509Certificate;
import java.util.List;

/** Where the CA comes from that signs this device's certificates. Safe for several threads. */
public interface CaSource {

    /**
     * The CA to sign with now, made again or read again if it must be. Blocks for disk access.
     *
     * @throws io.edgeagent.model.ProblemException if there is none
     */
    Credential current();

    /** The certificates by which clients believe what {@link #current} signs, now and after its renewal. */
    List<X509Certificate> anchors();
}
