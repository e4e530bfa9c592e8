package io.edgeagent.simulator.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** PEM texts (RFC 7468). */
final class KeyPairPem {
    private KeyPairPem() {}

    static byte[] write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        String body = pem.replaceAll("-----[A-Z ]+-----", "");
        byte[] der = Base64.getMimeDecoder().decode(body);
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** Whether the key is the certificate's: a kill between two writes may leave them apart. */
    static boolean belongTogether(CertificateAuthority.ServerCertificate certificate) {
        byte[] probe = {1};
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(certificate.key());
            signer.update(probe);
            byte[] signature = signer.sign();
            // not the certificate: a CA's is refused for its key usage
            signer.initVerify(certificate.chain().get(0).getPublicKey());
            signer.update(probe);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
