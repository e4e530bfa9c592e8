package io.edgeagent.hub;

/**
 * How much of the disk the messages may take.
 *
 * @param usual bytes, where the twin of {@code $edgeHub} says nothing
 * @param most bytes, whatever the twin says: a deployment for many boards does not know how large this one's disk is
 * @param refuses what happens to a message that comes when the store is full: true refuses it, so that its sender keeps it or knows;
 *     false drops the oldest ones for it
 */
public record StoreLimits(long usual, long most, boolean refuses) {
    /** Below this the store would hold little more than what is on its way. */
    public static final long LEAST = 4L << 20;

    /** The same limit in any case, and the oldest go. */
    public static StoreLimits of(long bytes) {
        return new StoreLimits(bytes, bytes, false);
    }
}
