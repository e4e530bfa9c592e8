package io.edgeagent.hub.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** {@code ./dev simulate}: hours of a board's life in seconds. Exit codes: 0 all held, 1 something did not, 2 wrong usage. */
public final class Simulate {
    private static final long REPORT = 24;

    private Simulate() {}

    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: HOURS SEED");
            System.exit(2);
        }
        System.exit(run(Long.parseLong(args[0]), Long.parseLong(args[1])) ? 0 : 1);
    }

    private static boolean run(long hours, long seed) {
        silence();
        World world = new World(seed);
        try {
            for (long hour = 0; hour < hours; ) {
                hour = Math.min(hours, hour + REPORT);
                world.run((1 + hour) * SimTime.HOUR);
                System.out.println(line(world, hour));
            }
        } catch (RuntimeException e) {
            System.out.println(line(world, world.time().now() / SimTime.HOUR - 1));
            System.out.println("seed " + seed + ", second " + world.time().now() / SimTime.SECOND + ": " + e);
            e.printStackTrace(System.out);
            return false;
        }
        System.out.printf("all held; seed %d, hash %016x%n", seed, world.fingerprint());
        return true;
    }

    /** What the hub says about faults that are meant is of no use here. */
    private static void silence() {
        if (LoggerFactory.getLogger("io.edgeagent") instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
    }

    private static String line(World world, long hour) {
        Model.Totals totals = world.model().totals();
        return String.format(
                "hour %d: %d messages, %d acknowledged, %d arrivals, %d again, %d expired, %d dead letters, %d dropped,"
                        + " %d from the cloud;"
                        + " the hub died %d times and failed %d times; %d audits",
                hour,
                totals.offered(),
                totals.acknowledged(),
                totals.arrived(),
                totals.repeated(),
                totals.expired(),
                totals.dead(),
                totals.dropped(),
                world.cloud().mail().done(),
                world.deaths(),
                world.failures(),
                totals.audits());
    }
}
