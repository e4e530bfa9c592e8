package io.edgeagent.hub;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where protocol heads bring their clients. For the hub's thread. */
public interface HubEntrance {
    /**
     * What came of a client's wish to connect.
     *
     * @param session empty if it is refused
     * @param resumed whether subscriptions of an earlier connection count again
     * @param refusal what kind, where it is refused
     * @param reason why, for the log
     */
    record Admission(Optional<HubSession> session, boolean resumed, Refusal refusal, String reason) {
        public static Admission of(HubSession session, boolean resumed) {
            return new Admission(Optional.of(session), resumed, Refusal.NONE, "");
        }

        public static Admission refused(Refusal refusal, String reason) {
            return new Admission(Optional.empty(), false, refusal, reason);
        }
    }

    enum Refusal {
        NONE,
        /** It did not prove who it is. */
        NOT_AUTHORISED,
        /** There are too many, or the hub is not ready. */
        NOT_AVAILABLE
    }

    /** Why a token or a certificate does not prove an identity now; empty if it does. Nobody is let in by that. */
    Optional<String> refusal(ClientId id, Proof proof);

    /**
     * With what a client shows who it is.
     *
     * @param token may be empty
     * @param chain of certificates that it presented in TLS, its own first; empty if it presented none
     */
    record Proof(String token, List<X509Certificate> chain) {
        public Proof {
            chain = List.copyOf(chain);
        }
    }

    /** Lets a client in that has shown a token. */
    default Admission connect(ClientId id, String token, boolean clean, String product, HubClient client) {
        return connect(id, new Proof(token, List.of()), clean, product, client);
    }

    /**
     * Lets a client in that has shown a token or a certificate. A connection of the same identity that is there already is closed at once.
     *
     * @param clean whether it starts without the state of an earlier connection
     * @param product what the client calls itself, for the cloud and the log; may be empty
     */
    Admission connect(ClientId id, Proof proof, boolean clean, String product, HubClient client);

    /** A message of an identity that was checked and has no connection of its own: into the routes. */
    void publish(Message message, HubSession.Taking taking);

    /**
     * How long a direct method may take.
     *
     * @param connect how long to wait for a client that is not there, or takes no methods yet; zero does not wait
     * @param answer from when the client has the call
     */
    record Patience(Duration connect, Duration answer) {}

    /**
     * Checks who calls a method without a connection of its own. Only modules of this device may.
     *
     * @param token as it was sent
     * @return why it may not call; empty if it may
     */
    Optional<String> callerRefused(ClientId caller, String token);

    /**
     * Calls a direct method of a module or a leaf device, for a module that was checked.
     *
     * @param answer is given one answer, maybe at once
     */
    void call(
            ClientId caller,
            ClientId target,
            HubClient.MethodCall call,
            Patience patience,
            Consumer<MethodEnding> answer);
}
