package io.edgeagent.hub.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** The world's time and what is to happen. One thread; the same seed gives the same course. */
final class SimTime {
    static final long SECOND = 1_000_000_000L;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    /** How far the board's wall clock is off. */
    private Optional<Duration> wallError = Optional.of(Duration.ZERO);

    private long now = HOUR;
    private long lastJump = now;
    private long order;

    SimTime(long seed) {
        random = new Random(seed);
    }

    /** Something that happens. */
    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    long now() {
        return now;
    }

    Optional<Instant> wall() {
        return wallError.map(error -> trueWall().plus(error));
    }

    private Instant trueWall() {
        return BEGIN.plusNanos(now);
    }

    /** @param error empty for a clock that was never set */
    void setWallError(Optional<Duration> error) {
        if (!error.equals(wallError)) {
            wallError = error;
            lastJump = now;
        }
    }

    long lastJump() {
        return lastJump;
    }

    /** Time passes while something blocks the thread. */
    void pass(long nanos) {
        now += nanos;
    }

    void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), order++, action));
    }

    /** When the next thing happens. */
    long next() {
        return events.isEmpty() ? Long.MAX_VALUE : events.peek().at();
    }

    void runNext() {
        Event event = events.poll();
        now = Math.max(now, event.at());
        event.action().run();
    }

    Random random() {
        return random;
    }

    int pending() {
        return events.size();
    }

    long between(long least, long most) {
        return least + (long) (random.nextDouble() * (most - least));
    }

    /** How long until something happens that happens so often on average. */
    long around(long mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean) + 1;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
