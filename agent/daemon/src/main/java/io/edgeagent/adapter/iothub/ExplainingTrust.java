package io.edgeagent.adapter.iothub;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Believes what another believes, and says of the rest whose certificate it was and what to set. */
final class ExplainingTrust extends X509ExtendedTrustManager {
    private static final int MOST = 200;

    private final X509ExtendedTrustManager trust;

    ExplainingTrust(X509ExtendedTrustManager trust) {
        this.trust = trust;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private static void explained(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            throw chain == null || chain.length == 0 ? e : new Explained.Distrust(words(chain, e), e);
        }
    }

    private static String words(X509Certificate[] chain, CertificateException e) {
        X509Certificate own = chain[0];
        String who = "the certificate that answered is of "
                + name(own.getSubjectX500Principal().getName()) + ", issued by "
                + name(own.getIssuerX500Principal().getName());
        String text = String.valueOf(e.getMessage());
        if (causedBy(e, CertificateExpiredException.class)) {
            return who + ", and it or the one that signed it has expired ("
                    + own.getNotAfter().toInstant() + "): is the board's clock right?";
        }
        if (causedBy(e, CertificateNotYetValidException.class)) {
            return who + ", and it or the one that signed it is not valid yet ("
                    + own.getNotBefore().toInstant() + "): is the board's clock right?";
        }
        if (text.startsWith("No name matching") || text.startsWith("No subject alternative")) {
            return who + ", which is for another name: is the host name right, and does a login page or a proxy of"
                    + " this network answer in its place?";
        }
        return who + ", which is not trusted: if a proxy or firewall opens TLS on purpose, or the hub has a CA of its"
                + " own, name the root certificate in trust_bundle_cert; if a proxy must be used, set https_proxy";
    }

    private static boolean causedBy(Throwable thrown, Class<? extends Throwable> kind) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth++ < 10; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String name(String principal) {
        return principal.isBlank() ? "nobody" : Explained.quoted(principal, MOST);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        explained(chain, () -> trust.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trust.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        trust.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
