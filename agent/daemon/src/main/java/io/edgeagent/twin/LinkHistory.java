package io.edgeagent.twin;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.runtime.Clock;
import java.time.Duration;

/**
 * How long the link lasted lately. The hub ends a connection when another signs in with the same identity (IoT Hub docs, MQTT), and
 * says so to neither. Two boards with one identity, as from a copied SD card, throw each other out again and again right after each
 * sign-in: that is what this notices.
 */
public final class LinkHistory {
    private static final Duration SHORT = Duration.ofMinutes(3);
    private static final int SUSPICIOUS = 4;

    private final Clock clock;
    private final String identity;
    private boolean isUp;
    private long upSince;
    private int shortOnes;

    /** @param identity who signs in, for the text */
    public LinkHistory(Clock clock, String identity) {
        this.clock = clock;
        this.identity = identity;
    }

    public void up() {
        isUp = true;
        upSince = clock.nanos();
    }

    /** Takes note of a loss. @return the reason, or what is behind it if the link never lasts */
    public Problem lost(Problem reason) {
        if (isUp) {
            boolean lasted = clock.nanos() - upSince >= SHORT.toNanos();
            shortOnes = lasted ? 0 : shortOnes + 1;
        }
        isUp = false;
        return shortOnes < SUSPICIOUS || reason.code() != ErrorCode.HUB_UNREACHABLE
                ? reason
                : new Problem(
                        ErrorCode.HUB_UNREACHABLE,
                        "the hub ends the connection soon after each sign-in: another board may use the identity of "
                                + identity + " (a copied SD card?), or the network cuts connections; the last error: "
                                + reason.text());
    }
}
