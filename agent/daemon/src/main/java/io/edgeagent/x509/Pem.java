package io.edgeagent.x509;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PEM, RFC 7468 and the older RFC 1421 of OpenSSL's first key files. */
public final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z0-9-]+:.*$");

    private Pem() {}

    /**
     * One block.
     *
     * @param text what is between its lines
     */
    record Block(String label, String text) {
        boolean isEncrypted() {
            return label.equals("ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
        }

        byte[] bytes() {
            try {
                return Base64.getMimeDecoder()
                        .decode(HEADER.matcher(text).replaceAll("").replaceAll("\\s", ""));
            } catch (IllegalArgumentException e) {
                throw new PemException("it is damaged");
            }
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** What is outside of blocks, or in one without an end, is left out. */
    static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
            if (labelEnd < 0) {
                break;
            }
            String label = text.substring(begin + BEGIN.length(), labelEnd);
            int bodyStart = labelEnd + DASHES.length();
            int end = text.indexOf(END + label + DASHES, bodyStart);
            if (end < 0) {
                break;
            }
            blocks.add(new Block(label, text.substring(bodyStart, end)));
            begin = text.indexOf(BEGIN, end);
        }
        return blocks;
    }

    static String text(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /** Certificates as one text, in their order. */
    public static String certificates(Collection<X509Certificate> certificates) {
        return certificates.stream().map(Pem::certificate).collect(Collectors.joining());
    }

    private static String certificate(X509Certificate certificate) {
        try {
            return text("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
