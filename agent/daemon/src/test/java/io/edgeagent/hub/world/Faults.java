package io.edgeagent.hub.world;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What goes wrong, when, and when it is well again. */
final class Faults {
    private static final long DAY = 24 * SimTime.HOUR;
    private static final long USUAL_PAUSE = SimTime.MINUTE;
    private static final long CALM = 2 * SimTime.HOUR;

    private final World world;
    private final SimTime time;
    private int diskFault;
    private boolean slow;
    private boolean storm;
    private long pause = USUAL_PAUSE;

    Faults(World world) {
        this.world = world;
        this.time = world.time();
        time.after(time.around(20 * SimTime.MINUTE), this::cloudChanges);
        time.after(time.around(SimTime.HOUR), this::diskChanges);
        time.after(time.around(40 * SimTime.MINUTE), this::processEnds);
        time.after(time.around(2 * SimTime.HOUR), this::clockChanges);
        time.after(time.around(SimTime.HOUR), this::rulesChange);
        time.after(time.around(10 * SimTime.MINUTE), this::desiredChanges);
        time.after(time.around(10 * SimTime.MINUTE), this::mailComes);
        time.after(time.around(SimTime.HOUR), this::loadChanges);
        time.after(DAY / 3, this::beCalm);
    }

    long pause() {
        return pause;
    }

    private void loadChanges() {
        time.after(time.around(2 * SimTime.HOUR), this::loadChanges);
        pause = time.chance(0.15) ? 3 * SimTime.SECOND : USUAL_PAUSE;
    }

    private void cloudChanges() {
        time.after(time.around(40 * SimTime.MINUTE), this::cloudChanges);
        if (world.isCalm()) {
            return;
        }
        SimCloud.State[] states = SimCloud.State.values();
        world.cloud()
                .become(
                        time.chance(0.4)
                                ? SimCloud.State.WELL
                                : states[time.random().nextInt(states.length)]);
    }

    private void diskChanges() {
        time.after(time.around(90 * SimTime.MINUTE), this::diskChanges);
        if (world.isCalm()) {
            return;
        }
        int mine = ++diskFault;
        world.model().diskHasTrouble(true);
        switch (time.random().nextInt(5)) {
            case 0 -> world.disk().fail(0.02 + 0.3 * time.random().nextDouble());
            case 1 -> world.disk().limit(world.disk().used() + time.random().nextInt(3 * Life.SEGMENT));
            case 2 -> world.disk().readOnly(true);
            case 3 -> world.disk().unreadable(true);
            default -> slow = true;
        }
        time.after(time.around(10 * SimTime.MINUTE), () -> {
            if (mine == diskFault) {
                healDisk();
            }
        });
    }

    private void healDisk() {
        world.model().diskHasTrouble(false);
        diskFault++;
        slow = false;
        world.disk().fail(0);
        world.disk().limit(Long.MAX_VALUE);
        world.disk().readOnly(false);
        world.disk().unreadable(false);
    }

    /** Called before each change on the disk. */
    void diskMoves() {
        if (slow) {
            time.pass(time.between(0, 2 * SimTime.SECOND));
        }
    }

    private void processEnds() {
        if (!world.isCalm()) {
            storm = storm ? !time.chance(0.2) : time.chance(0.05);
            world.dieIn(1 + time.random().nextInt(200));
        }
        time.after(time.around(storm ? 20 * SimTime.SECOND : SimTime.HOUR), this::processEnds);
    }

    boolean powerFails() {
        return time.chance(0.6);
    }

    /** What the clock shows after a boot of a board without a battery. */
    void boots() {
        int kind = time.random().nextInt(4);
        if (kind < 2) {
            return;
        }
        set(
                kind == 2
                        ? Optional.empty()
                        : Optional.of(Duration.ofMinutes(-time.random().nextInt(1000))));
        time.after(time.around(20 * SimTime.MINUTE), () -> set(Optional.of(Duration.ZERO)));
    }

    private void clockChanges() {
        time.after(time.around(5 * SimTime.HOUR), this::clockChanges);
        if (!world.isCalm()) {
            set(Optional.of(Duration.ofMinutes(time.random().nextInt(3000) - 1500)));
            time.after(time.around(30 * SimTime.MINUTE), () -> set(Optional.of(Duration.ZERO)));
        }
    }

    private void set(Optional<Duration> error) {
        world.model().wallWillChange();
        time.setWallError(error);
    }

    private void rulesChange() {
        time.after(time.around(3 * SimTime.HOUR), this::rulesChange);
        if (!world.isCalm()) {
            world.follow(Rules.any(time), time.chance(0.2) ? 1 : 64L << 20);
        }
    }

    private void desiredChanges() {
        time.after(time.around(10 * SimTime.MINUTE), this::desiredChanges);
        if (!world.isCalm()) {
            world.cloud()
                    .changeDesired(world.clients()
                            .get(time.random().nextInt(world.clients().size()))
                            .id());
        }
    }

    private void mailComes() {
        time.after(time.around(10 * SimTime.MINUTE), this::mailComes);
        List<SimClient> devices = world.clients().stream()
                .filter(client -> client.id().module().isEmpty())
                .toList();
        int letters = time.chance(0.1) ? 20 : 1;
        for (int i = 0; i < letters; i++) {
            world.cloud()
                    .sendMail(devices.get(time.random().nextInt(devices.size())).id());
        }
    }

    /** All is well for a while: then everything must come through. */
    private void beCalm() {
        world.setCalm(true);
        world.dieIn(0);
        storm = false;
        healDisk();
        set(Optional.of(Duration.ZERO));
        world.cloud().become(SimCloud.State.WELL);
        world.follow(Rules.all(), 64L << 20);
        time.after(CALM, () -> {
            world.nothingIsStuck();
            world.setCalm(false);
        });
        time.after(DAY / 2, this::beCalm);
    }
}
