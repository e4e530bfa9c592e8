package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks SAS tokens and certificates: the hub's policy may do everything, a device or module act as itself only. */
public final class Authenticator {
    public static final String POLICY = "iothubowner";

    private final String hostName;
    private final SharedKey policyKey;
    private final Registry registry;
    private final TrustedCas cas;
    private final InstantSource clock;

    Authenticator(String hostName, SharedKey policyKey, Registry registry, TrustedCas cas, InstantSource clock) {
        this.hostName = hostName.toLowerCase(Locale.ROOT);
        this.policyKey = policyKey;
        this.registry = registry;
        this.cas = cas;
        this.clock = clock;
    }

    /** Whether the text names this hub; clients that connect to another port may add it. */
    public boolean isThisHub(String host) {
        return withoutPort(host.toLowerCase(Locale.ROOT)).equals(hostName);
    }

    /**
     * Who made the token of a REST request: empty for the hub's policy, else the device or module.
     *
     * @param path decoded path of the request
     * @throws HubException 401 if nobody known did, or it has expired
     */
    public Optional<IdentityName> authenticate(String authorization, String path) {
        SasToken token = parse(authorization);
        if (token.policy().isPresent()) {
            requirePolicy(token, hostName + path);
            return Optional.empty();
        }
        IdentityName name = name(token);
        requireIdentity(token, name);
        return Optional.of(name);
    }

    /**
     * Checks that the token allows to connect as the identity.
     *
     * @throws HubException 401 saying why not; that is for the log, the client is only told that it is refused
     */
    public Identity authenticate(IdentityName name, SasToken token) {
        if (token.policy().isPresent()) {
            requirePolicy(token, name.resource(hostName));
            return enabled(name);
        }
        if (!withoutPortInHost(token.resource()).equalsIgnoreCase(name.resource(hostName))) {
            throw unauthorized("the token is for " + token.resource() + ", not for " + name);
        }
        return requireIdentity(token, name);
    }

    /**
     * Checks that the certificate is the identity's own.
     *
     * @param chain as the client sent it in the TLS handshake, which has proved that it holds the key
     * @throws HubException 401 saying why not
     */
    public Identity authenticate(IdentityName name, List<X509Certificate> chain) {
        Identity identity = enabled(name);
        X509Certificate own = chain.get(0);
        if (!Certificates.isValidAt(own, clock.instant())) {
            throw unauthorized("the certificate of " + name + " has expired or is not valid yet");
        }
        Credentials credentials = identity.credentials();
        boolean proven = switch (credentials.type()) {
            case "selfSigned" ->
                credentials.thumbprints().stream().anyMatch(thumbprint -> Certificates.hasThumbprint(own, thumbprint));
            case "certificateAuthority" ->
                Certificates.commonName(own).equals(name.toString())
                        && Certificates.leadsTo(chain, cas.all(), clock.instant());
            default -> false;
        };
        if (!proven) {
            throw unauthorized("the certificate " + Certificates.thumbprint(own) + " is not what " + name
                    + " is registered with (type " + credentials.type() + ")");
        }
        return identity;
    }

    private SasToken parse(String authorization) {
        try {
            return SasToken.parse(authorization);
        } catch (ProtocolException e) {
            throw unauthorized(e.getMessage());
        }
    }

    private void requirePolicy(SasToken token, String wanted) {
        if (!token.policy().equals(Optional.of(POLICY)) || !token.isValid(List.of(policyKey), clock.instant())) {
            throw unauthorized("the token of the policy is wrong or has expired");
        }
        String own = withoutPortInHost(token.resource());
        if (!wanted.equals(own) && !wanted.startsWith(own + "/")) {
            throw unauthorized("the token is for " + own + ", not for " + wanted);
        }
    }

    private IdentityName name(SasToken token) {
        String[] parts = withoutPortInHost(token.resource()).split("/", -1);
        boolean device = parts.length == 3 && parts[1].equals("devices");
        boolean module = parts.length == 5 && parts[1].equals("devices") && parts[3].equals("modules");
        if (!parts[0].equals(hostName) || (!device && !module)) {
            throw unauthorized("the token is for " + token.resource() + ", which is no identity of this hub");
        }
        return device ? IdentityName.device(parts[2]) : IdentityName.module(parts[2], parts[4]);
    }

    private Identity requireIdentity(SasToken token, IdentityName name) {
        Identity identity = enabled(name);
        if (!token.isValid(identity.keys(), clock.instant())) {
            throw unauthorized("the token of " + name + " was made with another key or has expired");
        }
        return identity;
    }

    private Identity enabled(IdentityName name) {
        // an unknown identity looks like a wrong key from outside
        Identity identity =
                registry.find(name).orElseThrow(() -> unauthorized("there is no identity " + name + " in this hub"));
        if (!registry.isEnabled(identity)) {
            throw unauthorized(name + " is disabled");
        }
        return identity;
    }

    private static String withoutPortInHost(String resource) {
        int slash = resource.indexOf('/');
        return slash < 0
                ? withoutPort(resource)
                : withoutPort(resource.substring(0, slash)) + resource.substring(slash);
    }

    private static String withoutPort(String host) {
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static HubException unauthorized(String why) {
        return new HubException(HubError.UNAUTHORIZED, why);
    }
}
