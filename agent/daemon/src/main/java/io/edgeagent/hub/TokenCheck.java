package io.edgeagent.hub;

import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a token proves an identity, decided on the board alone (hub contract 3.2). Reads and computes only; from any thread.
 */
public final class TokenCheck {
    /** How long after its end a token is still taken: clocks of containers and boards differ. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private final ModuleDirectory directory;

    public TokenCheck(ModuleDirectory directory) {
        this.directory = directory;
    }

    /**
     * What came of it.
     *
     * @param refusal why not, for the log; empty if the token is good
     * @param expires when it ends
     */
    public record Verdict(Optional<String> refusal, Instant expires) {
        static Verdict refused(String reason) {
            return new Verdict(Optional.of(reason), Instant.EPOCH);
        }

        public boolean isGood() {
            return refusal.isEmpty();
        }
    }

    /** @param text of the token, as the client sent it */
    public Verdict check(ClientId id, String text, Instant now) {
        Optional<ModuleDirectory.Known> known = directory.find(id);
        if (known.isEmpty()) {
            return Verdict.refused("no module of this device has that name");
        }
        SasToken token;
        try {
            token = SasToken.parse(text);
        } catch (ProtocolException e) {
            return Verdict.refused(e.getMessage());
        }
        String resource = token.resource();
        int slash = resource.indexOf('/');
        String wanted = "/devices/" + id.device()
                + id.module().map(module -> "/modules/" + module).orElse("");
        if (slash < 0 || !resource.substring(slash).equalsIgnoreCase(wanted)) {
            return Verdict.refused("the token is for another identity");
        }
        if (token.policy().isPresent()) {
            return Verdict.refused("the token is a policy's");
        }
        Instant expires = Instant.ofEpochSecond(token.expiry());
        // its end is judged apart, with the skew
        if (!token.isValid(List.of(known.get().key()), Instant.EPOCH)) {
            return Verdict.refused("the token's signature is wrong");
        }
        if (now.isAfter(expires.plus(SKEW))) {
            return Verdict.refused("the token ended at " + expires);
        }
        return new Verdict(Optional.empty(), expires);
    }
}
