package io.edgeagent.x509;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Private keys as tools write them: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915). RSA and elliptic curves. */
final class PrivateKeys {
    static final String RSA = "1.2.840.113549.1.1.1";
    static final String EC = "1.2.840.10045.2.1";

    // P-256, P-384, P-521: what Java 17 signs with; it reads more
    private static final List<String> CURVES = List.of("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35");

    private PrivateKeys() {}

    static PrivateKey pkcs8(byte[] der) {
        DerReader info = new DerReader(der).next(Der.SEQUENCE).inside();
        info.next(Der.INTEGER);
        DerReader identifier = info.next(Der.SEQUENCE).inside();
        byte[] algorithm = identifier.next(Der.OBJECT_IDENTIFIER).content;
        if (isOid(algorithm, RSA)) {
            return parse("RSA", der);
        }
        if (isOid(algorithm, EC)) {
            refuseOtherCurves(identifier.next().content);
            return parse("EC", der);
        }
        throw new PemException("its key is neither RSA nor of an elliptic curve (P-256, P-384, P-521)");
    }

    /** As PKCS#8, with the public half that Java leaves out: not every client can work it out again. */
    static byte[] pkcs8(PrivateKey key, PublicKey publicKey) {
        if (!(key instanceof ECPrivateKey)) {
            return key.getEncoded();
        }
        DerReader info = new DerReader(key.getEncoded()).next(Der.SEQUENCE).inside();
        info.next(Der.INTEGER);
        byte[] algorithm = info.next(Der.SEQUENCE).content;
        DerReader secret =
                info.next(Der.OCTET_STRING).inside().next(Der.SEQUENCE).inside();
        secret.next(Der.INTEGER);
        byte[] number = secret.next(Der.OCTET_STRING).content;
        DerReader certified =
                new DerReader(publicKey.getEncoded()).next(Der.SEQUENCE).inside();
        certified.next(Der.SEQUENCE);
        byte[] point = certified.next(Der.BIT_STRING).content;
        byte[] both =
                Der.sequence(Der.integer(1), Der.octets(number), Der.explicit(1, Der.element(Der.BIT_STRING, point)));
        return Der.sequence(Der.integer(0), Der.element(Der.SEQUENCE, algorithm), Der.octets(both));
    }

    static PrivateKey pkcs1(byte[] der) {
        byte[] algorithm = Der.sequence(Der.oid(RSA), Der.element(Der.NULL));
        return parse("RSA", Der.sequence(Der.integer(0), algorithm, Der.octets(der)));
    }

    /** @param parameters of a block EC PARAMETERS beside it, as some tools write */
    static PrivateKey sec1(byte[] der, Optional<byte[]> parameters) {
        DerReader key = new DerReader(der).next(Der.SEQUENCE).inside();
        key.next(Der.INTEGER);
        key.next(Der.OCTET_STRING);
        Optional<byte[]> curve = parameters;
        while (key.hasNext()) {
            DerReader.Element element = key.next();
            if (element.tag == 0xa0) {
                curve = Optional.of(element.content);
            }
        }
        byte[] named = curve.orElseThrow(() -> new PemException("it does not say which elliptic curve it is of"));
        refuseOtherCurves(new DerReader(named).next().content);
        return parse("EC", Der.sequence(Der.integer(0), Der.sequence(Der.oid(EC), named), Der.octets(der)));
    }

    private static PrivateKey parse(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException e) {
            // the cause would quote bytes of the key
            throw new PemException("it is damaged");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }

    private static void refuseOtherCurves(byte[] curve) {
        if (CURVES.stream().noneMatch(known -> isOid(curve, known))) {
            throw new PemException("its elliptic curve must be P-256, P-384 or P-521");
        }
    }

    private static boolean isOid(byte[] content, String dotted) {
        return Arrays.equals(Der.element(Der.OBJECT_IDENTIFIER, content), Der.oid(dotted));
    }
}
