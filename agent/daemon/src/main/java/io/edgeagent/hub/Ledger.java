package io.edgeagent.hub;

/**
 * What became of messages since the hub started. A message that goes to two endpoints counts twice but in {@code received} and
 * {@code unrouted}. At any time: waiting at the start + routed = delivered + expired + dead letters + dropped + waiting. For the
 * hub's thread.
 */
final class Ledger {
    long received;
    long unrouted;
    long routed;
    /** The store could not take them. Their senders know. */
    long refused;

    long delivered;
    long expired;
    long deadLetters;
    /** Oldest ones that went because the disk's limit was reached. */
    long dropped;

    long waitingAtStart;

    /** What should wait now. */
    long waiting() {
        return waitingAtStart + routed - delivered - expired - deadLetters - dropped;
    }
}
