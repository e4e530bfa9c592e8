package io.edgeagent.x509;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/**
 * A private key and the certificates that speak for it.
 *
 * @param chain the key's own certificate, then those that signed it; a root may be left out
 */
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a key without a certificate");
        }
    }

    /** The key's own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Certificates as PEM, the key's own first. */
    public String chainPem() {
        return Pem.certificates(chain);
    }

    /** The key as PEM, PKCS#8. */
    public String keyPem() {
        return Pem.text("PRIVATE KEY", PrivateKeys.pkcs8(key, certificate().getPublicKey()));
    }

    /** Whether a private key is the other half of a public one. */
    static boolean belongTogether(PrivateKey key, PublicKey certified) {
        if (key instanceof RSAPrivateKey mine && certified instanceof RSAPublicKey theirs) {
            return mine.getModulus().equals(theirs.getModulus());
        }
        if (!(key instanceof ECPrivateKey && certified instanceof ECPublicKey)) {
            return false;
        }
        byte[] probe = {1};
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            // with the key and not the certificate: a CA's would be refused for its key usage
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Credential[" + certificate().getSubjectX500Principal() + "]";
    }
}
