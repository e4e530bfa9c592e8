package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.runtime.SavedState;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the provisioning service again when the hub does not want the device any more: it may have been moved to another hub, or
 * its identity may have to be made again. Safe for several threads; one that asks keeps the others waiting.
 */
public final class Reprovisioning {
    private static final Logger LOG = LoggerFactory.getLogger(Reprovisioning.class);
    // a disabled device is refused for as long as it is disabled, and a service has limits for all its devices together
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** When the service is asked although the answer is known. */
    public enum Mode {
        /** Whenever the hub refuses the device. */
        DYNAMIC,
        /** At every start, and if the hub refuses the device then. */
        ALWAYS_ON_STARTUP,
        /** If the hub refuses the device at the start. */
        ON_ERROR_ONLY
    }

    private final Device current;
    private final ProvisioningService service;
    private final SavedState<Device> saved;
    private final Mode mode;
    private final LongSupplier nanos;
    private final Consumer<Device> moved;
    private boolean startHandled;
    private boolean acceptedOnce;
    private int attempts;
    private long notBefore;
    private String said = "";

    /**
     * @param saved the write of what the service says, which whoever made it repeats
     * @param nanos a clock that never goes back
     * @param moved told if the device belongs to another hub now, or has another name
     */
    public Reprovisioning(
            Device current,
            ProvisioningService service,
            SavedState<Device> saved,
            Mode mode,
            LongSupplier nanos,
            Consumer<Device> moved) {
        this.current = current;
        this.service = service;
        this.saved = saved;
        this.mode = mode;
        this.nanos = nanos;
        this.moved = moved;
        this.notBefore = nanos.getAsLong();
        // the agent before this one may not have been able to write it
        saved.keep(current);
    }

    /** Before the hub is called. Asks at the first time, if that is wanted at every start. */
    synchronized void beforeCall() {
        if (!startHandled) {
            startHandled = true;
            if (mode == Mode.ALWAYS_ON_STARTUP) {
                var unused = ask("the agent has started");
            }
        }
    }

    /** The hub took a call. */
    synchronized void accepted() {
        acceptedOnce = true;
        attempts = 0;
        notBefore = nanos.getAsLong();
    }

    /**
     * The hub did not take a call.
     *
     * @return whether it is worth another try now
     */
    synchronized boolean refused(Problem reason) {
        boolean refused = reason.code() == ErrorCode.HUB_UNAUTHORIZED;
        boolean away = reason.code() == ErrorCode.HUB_UNREACHABLE;
        boolean wanted = (refused && mode == Mode.DYNAMIC) || ((refused || away) && !acceptedOnce);
        return wanted && nanos.getAsLong() - notBefore >= 0 && ask(reason.text());
    }

    /**
     * Asks now, because a person wants it, and does as with every answer. Until there is one, what the service said last counts.
     *
     * @throws ProblemException if the service refused the device or did not answer
     */
    public synchronized Device again() {
        return register("somebody on the board wants it");
    }

    private Device register(String why) {
        Device assigned = service.register();
        saved.keep(assigned);
        LOG.info(
                "event=provisioned_again device={} hub={} reason=\"{}\"", assigned.deviceId(), assigned.hubHost(), why);
        said = "";
        if (!assigned.equals(current)) {
            LOG.warn("event=device_moved from=\"{}\" to=\"{}\"", current, assigned);
            moved.accept(assigned);
        }
        return assigned;
    }

    /** @return whether the device is still the one that it was */
    private boolean ask(String why) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts++, 10));
        notBefore = nanos.getAsLong() + (wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT).toNanos();
        try {
            return register(why).equals(current);
        } catch (ProblemException e) {
            if (!e.problem().text().equals(said)) {
                said = e.problem().text();
                LOG.warn(
                        "event=provisioning_failed code={} reason=\"{}\"",
                        e.problem().code(),
                        said);
            }
            return false;
        }
    }
}
