package io.edgeagent.identity;

import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.Validity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server certificate of the built-in hub. As a key manager in an SSLContext it gives each new connection the certificate of the
 * moment, so a renewal ends no connection and restarts nothing. Kept in memory only: a new one costs a millisecond, and a key that
 * is on no disk cannot be read from one. Safe for several threads.
 */
public final class HubCertificate extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(HubCertificate.class);

    /**
     * What the hub is reached by.
     *
     * @param hostName of the device, as modules have it
     * @param others more names and addresses
     */
    public record Names(String hostName, Set<AlternativeName> others) {
        public Names {
            others = Set.copyOf(others);
        }

        List<AlternativeName> all() {
            return Stream.concat(AlternativeName.of(hostName).stream(), others.stream())
                    .distinct()
                    .toList();
        }
    }

    private record Issued(String alias, Credential credential, Names names) {}

    private final EdgeCa ca;
    private final Supplier<Names> names;
    private Optional<Issued> current = Optional.empty();
    // a handshake that began with it goes on with it
    private Optional<Issued> previous = Optional.empty();
    private long issued;
    private boolean renewalFailed;

    /** @param names asked again at every use: addresses come and go */
    public HubCertificate(EdgeCa ca, Supplier<Names> names) {
        this.ca = ca;
        this.names = names;
    }

    /**
     * The key and chain to serve with now.
     *
     * @throws ProblemException if there is none and none could be made
     */
    public Credential current() {
        return refreshed().credential();
    }

    private synchronized Issued refreshed() {
        Names wanted = names.get();
        if (current.isEmpty() || !isGood(current.get(), wanted)) {
            try {
                Credential made = ca.server(wanted.hostName(), wanted.all());
                previous = current;
                current = Optional.of(new Issued("hub-" + ++issued, made, wanted));
                renewalFailed = false;
                LOG.info(
                        "event=hub_certificate_made names={} until={}",
                        wanted.all().size(),
                        Validity.of(made.certificate()).to());
            } catch (ProblemException e) {
                if (current.isEmpty()) {
                    throw e;
                }
                if (!renewalFailed) {
                    LOG.warn("event=hub_certificate_not_renewed reason=\"{}\"", e.problem());
                }
                renewalFailed = true;
            }
        }
        return current.orElseThrow();
    }

    private boolean isGood(Issued issued, Names wanted) {
        return issued.names().all().containsAll(wanted.all())
                && Validity.of(issued.credential().certificate()).isFresh(ca.now());
    }

    private synchronized Optional<Credential> of(String alias) {
        return Stream.of(current, previous)
                .flatMap(Optional::stream)
                .filter(known -> known.alias().equals(alias))
                .map(Issued::credential)
                .findFirst();
    }

    private String choose(String keyType) {
        try {
            Issued now = refreshed();
            return now.credential().key().getAlgorithm().equals(keyType) ? now.alias() : null;
        } catch (ProblemException e) {
            LOG.warn("event=hub_without_certificate reason=\"{}\"", e.problem());
            return null;
        }
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return choose(keyType);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        String alias = choose(keyType);
        return alias == null ? new String[0] : new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return of(alias)
                .map(known -> known.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return of(alias).map(Credential::key).orElse(null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
