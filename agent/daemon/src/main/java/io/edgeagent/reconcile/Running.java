package io.edgeagent.reconcile;

import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.RestartPolicy;
import java.util.List;
import java.util.OptionalLong;

/** What a container that is made as it should be still needs: starting, stopping, or restarting by its policy. */
final class Running {
    /** Where a module's own is not known: nobody wants a crash, but a job may have ended well and be done. */
    static final RestartPolicy OF_CONTAINER = RestartPolicy.ON_FAILURE;

    private Running() {}

    /**
     * @param settled whether the deployment can do no more for the module; one in backoff is
     * @param wakeAt when its restart falls due
     */
    record Need(List<Step> steps, boolean settled, OptionalLong wakeAt) {
        /** It is as it should be. */
        static final Need NOTHING = new Need(List.of(), true, OptionalLong.empty());

        /** It has to wait for another module. */
        static final Need LATER = new Need(List.of(), false, OptionalLong.empty());

        static Need again(String module) {
            return now(new Step.Stop(module), new Step.Start(module, false));
        }

        boolean isPeace() {
            return equals(NOTHING);
        }

        private static Need now(Step... steps) {
            return new Need(List.of(steps), false, OptionalLong.empty());
        }
    }

    /**
     * @param open whether the module's startup group may begin
     * @param returning whether what ran before in that group may be started
     */
    static Need need(ModuleSpec spec, Container container, History history, boolean open, boolean returning, long now) {
        String module = spec.name();
        if (spec.status() == DesiredStatus.STOPPED) {
            return container.isUp() ? Need.now(new Step.Stop(module)) : Need.NOTHING;
        }
        return need(module, spec.restartPolicy(), container, history, open, returning, now);
    }

    /** Of a module of which only the container is known: no entry of it can be followed. One that we stopped stays down. */
    static Need needOfContainer(String module, Container container, History history, long now) {
        return container.state() == Container.State.EXITED && !history.halted()
                ? need(module, OF_CONTAINER, container, history, true, true, now)
                : Need.NOTHING;
    }

    private static Need need(
            String module,
            RestartPolicy policy,
            Container container,
            History history,
            boolean open,
            boolean returning,
            long now) {
        boolean cutOff = history.run().interrupted() && policy != RestartPolicy.NEVER;
        boolean ended = !container.isUp();
        if (container.state() == Container.State.CREATED || (ended && (cutOff || history.halted()))) {
            boolean mayStart = container.startedAt().isPresent() ? returning : open;
            return mayStart ? Need.now(new Step.Start(module, false)) : Need.LATER;
        }
        if (!mustRestart(policy, container)) {
            return Need.NOTHING;
        }
        long due = history.run().restartAt().orElse(now);
        // not a matter of startupOrder: what ran before must not stay down because another module is slow to come
        if (now < due) {
            return new Need(List.of(), true, OptionalLong.of(due));
        }
        List<Step> steps = container.isUp()
                ? List.of(new Step.Stop(module), new Step.Start(module, true))
                : List.of(new Step.Start(module, true));
        return new Need(steps, true, OptionalLong.empty());
    }

    /** Whether the policy starts a container again that ended, or restarts one that is unhealthy. */
    static boolean mustRestart(RestartPolicy policy, Container container) {
        if (container.isUp()) {
            return container.health() == Container.Health.UNHEALTHY
                    && policy.compareTo(RestartPolicy.ON_UNHEALTHY) >= 0;
        }
        return switch (policy) {
            case NEVER -> false;
            case ON_FAILURE, ON_UNHEALTHY -> container.exitCode() != 0;
            case ALWAYS -> true;
        };
    }
}
