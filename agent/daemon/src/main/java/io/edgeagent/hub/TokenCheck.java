package io.edgeagent.hub;

import io.edgeagent.model.Printable;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a token or a certificate proves an identity, decided on the board alone (hub contract 3.2). Reads and computes only; from any thread.
 */
public final class TokenCheck {
    /** How long after its end a token is still taken: clocks of containers and boards differ. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private final ModuleDirectory directory;

    public TokenCheck(ModuleDirectory directory) {
        this.directory = directory;
    }

    /** What a client failed at. The names, in small letters, are the reasons of the metric. */
    public enum Rule {
        NONE,
        UNKNOWN,
        DISABLED,
        NO_TOKEN,
        BAD_TOKEN,
        OTHER_IDENTITY,
        POLICY_TOKEN,
        WRONG_KEY,
        EXPIRED,
        NO_CERTIFICATE,
        WRONG_THUMBPRINT,
        WRONG_NAME,
        UNTRUSTED,
        NOT_SUPPORTED
    }

    /**
     * What came of it.
     *
     * @param rule that it failed at
     * @param refusal why not, for the log; empty if the token is good
     * @param expires when it ends
     */
    public record Verdict(Rule rule, Optional<String> refusal, Instant expires) {
        static Verdict refused(Rule rule, String reason) {
            return new Verdict(rule, Optional.of(reason), Instant.EPOCH);
        }

        public boolean isGood() {
            return refusal.isEmpty();
        }
    }

    /** @param proof as the client gave it */
    Verdict check(ClientId id, HubEntrance.Proof proof, Instant now) {
        Optional<ModuleDirectory.Known> known = directory
                .find(id)
                .filter(found ->
                        found.enabled() && found.hasCertificate() && id.module().isEmpty());
        return known.isPresent() && proof.token().isEmpty() && !proof.chain().isEmpty()
                ? CertificateCheck.check(id, known.get(), proof.chain(), directory.roots(), now)
                : check(id, proof.token(), now);
    }

    /** @param text of the token, as the client sent it */
    public Verdict check(ClientId id, String text, Instant now) {
        if (directory
                .find(ClientId.leaf(id.device()))
                .filter(ModuleDirectory.Known::isEdge)
                .isPresent()) {
            // its modules have keys, but what its hub wants is not answered here
            return Verdict.refused(
                    Rule.NOT_SUPPORTED, id.device() + " is an edge device: this device cannot be the parent of one");
        }
        Optional<ModuleDirectory.Known> known = directory.find(id);
        if (known.isEmpty()) {
            return Verdict.refused(
                    Rule.UNKNOWN,
                    directory.device().equals(id.device())
                            ? "no module of this device has that name"
                            : "IoT Hub names no device " + id.device() + " whose parent is " + directory.device()
                                    + id.module()
                                            .map(module -> ", or it has no module " + module)
                                            .orElse(""));
        }
        Optional<Verdict> unfit = unfit(id, known.get(), text);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        try {
            return check(id, known.get(), SasToken.parse(text), now);
        } catch (ProtocolException e) {
            return Verdict.refused(Rule.BAD_TOKEN, e.getMessage());
        }
    }

    private static Optional<Verdict> unfit(ClientId id, ModuleDirectory.Known known, String text) {
        if (!known.enabled()) {
            return Optional.of(Verdict.refused(Rule.DISABLED, "the device is disabled in IoT Hub"));
        }
        if (known.hasCertificate() && id.module().isEmpty()) {
            return Optional.of(Verdict.refused(
                    Rule.NO_CERTIFICATE,
                    "it is registered with the authentication " + known.type() + ", and "
                            + (text.isEmpty() ? "presented no certificate" : "sent a token")));
        }
        if (!known.type().equals(ModuleDirectory.Known.SAS)) {
            return Optional.of(Verdict.refused(
                    Rule.NOT_SUPPORTED,
                    "it is registered with the authentication " + known.type()
                            + ": only keys (sas), and certificates of devices, are supported here"));
        }
        return text.isEmpty() ? Optional.of(Verdict.refused(Rule.NO_TOKEN, "it sent no token")) : Optional.empty();
    }

    private Verdict check(ClientId id, ModuleDirectory.Known known, SasToken token, Instant now) {
        List<SharedKey> keys = new ArrayList<>();
        String resource = token.resource();
        int slash = resource.indexOf('/');
        String path = slash < 0 ? "" : resource.substring(slash);
        String device = "/devices/" + id.device();
        String own = device + id.module().map(module -> "/modules/" + module).orElse("");
        if (path.equalsIgnoreCase(own)) {
            keys.addAll(known.keys());
        } else if (path.equalsIgnoreCase(device)) {
            // a device may speak for its modules
            directory.find(ClientId.leaf(id.device())).ifPresent(above -> keys.addAll(above.keys()));
        }
        if (keys.isEmpty()) {
            return Verdict.refused(
                    Rule.OTHER_IDENTITY, "the token is for " + Printable.of(path, 300) + ", not for " + own);
        }
        if (token.policy().isPresent()) {
            return Verdict.refused(Rule.POLICY_TOKEN, "the token is a policy's");
        }
        Instant expires = Instant.ofEpochSecond(token.expiry());
        // its end is judged apart, with the skew
        if (!token.isValid(keys, Instant.EPOCH)) {
            return Verdict.refused(
                    Rule.WRONG_KEY, "the token's signature is wrong: it was made with another key than IoT Hub has");
        }
        if (now.isAfter(expires.plus(SKEW))) {
            return Verdict.refused(Rule.EXPIRED, "the token ended at " + expires + "; here it is " + now);
        }
        return new Verdict(Rule.NONE, Optional.empty(), expires);
    }
}
