package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks SAS tokens and certificates: a policy has its rights, a device or module acts as itself only. */
public final class Authenticator {
    private final String hostName;
    private final Policies policies;
    private final Registry registry;
    private final TrustedCas cas;
    private final InstantSource clock;

    Authenticator(String hostName, Policies policies, Registry registry, TrustedCas cas, InstantSource clock) {
        this.hostName = hostName.toLowerCase(Locale.ROOT);
        this.policies = policies;
        this.registry = registry;
        this.cas = cas;
        this.clock = clock;
    }

    /** Whether the text names this hub; clients that connect to another port may add it. */
    public boolean isThisHub(String host) {
        return withoutPort(host.toLowerCase(Locale.ROOT)).equals(hostName);
    }

    /**
     * Who made the token of a REST request.
     *
     * @param path decoded path of the request
     * @throws HubException 401 if nobody known did, or it has expired
     */
    public Caller authenticate(String authorization, String path) {
        SasToken token = parse(authorization);
        if (token.policy().isPresent()) {
            return policy(token, token.policy().get(), hostName + path);
        }
        IdentityName name = name(token);
        Identity identity = enabled(name);
        requireSigned(token, identity.keys(), name);
        return new Caller.Self(name);
    }

    /**
     * Checks that the token allows to connect as the identity. A module may also use a key of its device, with a token for either
     * of them; so it does before it has keys of its own.
     *
     * @param chain ids from the identity to the edge device that connects on its behalf, with semicolons between
     * @throws HubException 401 saying why not; that is for the log, the client is only told that it is refused
     */
    public Identity authenticate(IdentityName name, SasToken token, Optional<String> chain) {
        if (chain.isPresent()) {
            return onBehalf(name, token, chain.get());
        }
        if (token.policy().isPresent()) {
            Caller.Policy policy = policy(token, token.policy().get(), name.resource(hostName));
            if (!policy.rights().contains(Policies.Right.DEVICE_CONNECT)) {
                throw unauthorized("the policy " + policy.name() + " is not for devices");
            }
            return enabled(name);
        }
        Identity identity = enabled(name);
        String resource = withoutPortInHost(token.resource());
        boolean own = resource.equalsIgnoreCase(name.resource(hostName));
        IdentityName device = IdentityName.device(name.deviceId());
        if (!own && !resource.equalsIgnoreCase(device.resource(hostName))) {
            throw unauthorized("the token is for " + token.resource() + ", not for " + name);
        }
        List<SharedKey> keys = new ArrayList<>(registry.device(identity).keys());
        if (own) {
            keys.addAll(identity.keys());
        }
        requireSigned(token, keys, name);
        return identity;
    }

    /**
     * Checks that an edge device may connect on behalf of a device that it is the parent of, or of a module of that.
     *
     * @param token of the edge device's $edgeHub
     * @param chain ids from the identity to the edge device, with semicolons between
     */
    private Identity onBehalf(IdentityName name, SasToken token, String chain) {
        String edge = chain.substring(chain.lastIndexOf(';') + 1);
        String expected = (name.moduleId().isPresent() ? name + ";" : "") + name.deviceId() + ";" + edge;
        IdentityName actor = IdentityName.module(edge, "$edgeHub");
        boolean own = withoutPortInHost(token.resource()).equalsIgnoreCase(actor.resource(hostName));
        if (!chain.equals(expected) || !own) {
            throw unauthorized("neither the chain " + chain + " nor the token for " + token.resource()
                    + " is of the parent of " + name);
        }
        Identity identity = enabled(name);
        requireSigned(token, enabled(actor).keys(), actor);
        Optional<String> scope = registry.get(IdentityName.device(edge)).deviceScope();
        if (scope.isEmpty() || !registry.device(identity).parentScope().equals(scope)) {
            throw unauthorized(name + " is not in the scope of " + edge);
        }
        return identity;
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

    private Caller.Policy policy(SasToken token, String policy, String wanted) {
        List<SharedKey> keys = policies.key(policy).stream().toList();
        if (!token.isValid(keys, clock.instant())) {
            throw unauthorized("the token of the policy is wrong or has expired");
        }
        String own = withoutPortInHost(token.resource());
        if (!wanted.equals(own) && !wanted.startsWith(own + "/")) {
            throw unauthorized("the token is for " + own + ", not for " + wanted);
        }
        return new Caller.Policy(policy, policies.rights(policy));
    }

    private IdentityName name(SasToken token) {
        String[] parts = withoutPortInHost(token.resource()).split("/", -1);
        boolean device = parts.length == 3 && parts[1].equals("devices");
        boolean module = parts.length == 5 && parts[1].equals("devices") && parts[3].equals("modules");
        if (!parts[0].equals(hostName) || (!device && !module)) {
            throw unauthorized("the token is for " + token.resource() + ", which is not an identity of this hub");
        }
        return device ? IdentityName.device(parts[2]) : IdentityName.module(parts[2], parts[4]);
    }

    private void requireSigned(SasToken token, List<SharedKey> keys, IdentityName name) {
        if (!token.isValid(keys, clock.instant())) {
            throw unauthorized("the token of " + name + " was made with another key or has expired");
        }
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
