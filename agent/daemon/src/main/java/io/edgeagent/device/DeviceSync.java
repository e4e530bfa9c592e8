package io.edgeagent.device;

import io.edgeagent.device.DeviceInventory.Held;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.runtime.Backoff;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.runtime.Workers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the board's devices mean for the deployment's modules, and notices what comes and goes. */
public final class DeviceSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSync.class);
    /** A look takes milliseconds. Modules without devices wait no longer than this for one that hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DeviceInventory inventory;
    private final DevicePolicy policy;
    private final Clock clock;
    private final Executor loop;
    // what modules had when they last had all that they need
    private final Map<String, Held> last = new TreeMap<>();
    private volatile Set<String> paths = Set.of();
    private HostDevices devices = HostDevices.HIDDEN;
    private Map<String, String> summary = Map.of();
    private Optional<Deployment> of = Optional.empty();
    private Equipment equipment = Equipment.NONE;
    private final Workers worker;
    private final SavedState<Map<String, Held>> kept;
    private Optional<Deployment> named = Optional.empty();
    private Optional<Set<String>> lookedFor = Optional.empty();
    private Optional<Problem> said = Optional.empty();
    private boolean looking;
    private long lookingSince;
    private boolean again;
    private boolean everSeen;
    private int failures;
    private long retryAt = Long.MAX_VALUE;
    private boolean changed = true;
    private Optional<Problem> unseen = Optional.empty();
    // the worker's
    private volatile Optional<DeviceInventory.Watch> watch = Optional.empty();

    public DeviceSync(DeviceInventory inventory, DevicePolicy policy, Clock clock, Executor loop) {
        this.inventory = inventory;
        this.policy = policy;
        this.clock = clock;
        this.loop = loop;
        this.worker = new Workers("devices-look", 1, clock);
        this.kept = new SavedState<>("what modules hold of the devices", inventory::remember, worker, clock);
    }

    public void start() {
        last.putAll(inventory.held());
        kept.restored(Map.copyOf(last));
        look();
    }

    /** Something came or went. Looked at here, because a newer deployment may name other paths than the one that tells. */
    private void look() {
        if (looking) {
            again = true;
            return;
        }
        Set<String> asked = paths;
        lookingSince = clock.nanos();
        retryAt = Long.MAX_VALUE;
        looking = worker.submit(() -> Attempt.run(
                () -> {
                    HostDevices found = find(asked);
                    boolean watched = watch.isPresent();
                    loop.execute(() -> seen(found, asked, watched));
                    if (!watched) {
                        // what was seen counts, also where changes cannot be watched
                        watch = Optional.of(inventory.watch(found, () -> paths, () -> loop.execute(this::look)));
                        loop.execute(this::recovered);
                    }
                },
                problem -> loop.execute(() -> failed(problem, asked))));
    }

    /** A path that cannot even be looked for is not there; it hides no other. */
    private HostDevices find(Set<String> asked) {
        return Attempt.of(
                () -> inventory.look(asked),
                problem -> inventory.look(asked.stream()
                        .filter(path -> Attempt.of(
                                () -> {
                                    inventory.look(Set.of(path));
                                    return true;
                                },
                                reason -> false))
                        .collect(Collectors.toUnmodifiableSet())));
    }

    private void seen(HostDevices found, Set<String> asked, boolean watched) {
        everSeen = true;
        if (watched) {
            recovered();
        }
        devices = found;
        summary = InventorySummary.of(found);
        changed = true;
        ended(asked);
    }

    private void recovered() {
        said = Optional.empty();
        failures = 0;
    }

    private void failed(Problem problem, Set<String> asked) {
        if (!said.equals(Optional.of(problem))) {
            LOG.warn("event=devices_not_seen code={} reason=\"{}\"", problem.code(), problem.text());
        }
        said = Optional.of(problem);
        retryAt = clock.nanos() + Backoff.RETRY.after(failures++, 0).toNanos();
        ended(asked);
    }

    private void ended(Set<String> asked) {
        looking = false;
        lookedFor = Optional.of(asked);
        if (again || !asked.equals(paths)) {
            again = false;
            look();
        }
    }

    /**
     * Whether the board was looked at for the devices of this deployment, or there is no use in waiting for that. Begins to look
     * where it was not.
     */
    @SuppressWarnings("ReferenceEquality") // the same deployment is the common case, and a longer look costs only time
    public boolean isCurrent(Deployment deployment) {
        if (named.isEmpty() || named.get() != deployment) {
            named = Optional.of(deployment);
            paths = Equipment.paths(deployment);
            if (!lookedFor.equals(Optional.of(paths))) {
                look();
            }
        }
        if (clock.nanos() >= retryAt) {
            look();
        }
        return isLookedFor() || isStalled();
    }

    private boolean isLookedFor() {
        return lookedFor.equals(Optional.of(paths));
    }

    private boolean isStalled() {
        return looking && clock.nanos() - lookingSince >= PATIENCE.toNanos();
    }

    /** Why nothing is known of the devices that the deployment names; empty where something is. */
    private Optional<Problem> whyUnseen() {
        if (everSeen && isLookedFor()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                ErrorCode.DEVICE_MISSING,
                "the board's devices cannot be looked at: "
                        + said.map(Problem::text).orElse("the look takes very long")));
    }

    /** When to call {@link #isCurrent} again though nothing happened. */
    public long nextWake() {
        boolean waits = looking && !isLookedFor() && !isStalled();
        return waits ? lookingSince + PATIENCE.toNanos() : retryAt;
    }

    /** The write of what modules hold. */
    public SavedState<Map<String, Held>> saved() {
        return kept;
    }

    /** What the board has, for the report. */
    public Map<String, String> summary() {
        return summary;
    }

    /** As last worked out. */
    public Equipment equipment() {
        return equipment;
    }

    /**
     * What the deployment's modules get. Works it out anew only if the deployment or the devices changed.
     *
     * @param back told of each module whose missing devices are there again, and whether it is to be restarted for that
     */
    public Equipment follow(Deployment deployment, BiConsumer<String, Boolean> back) {
        Optional<Problem> nowUnseen = whyUnseen();
        if (!changed && of.equals(Optional.of(deployment)) && nowUnseen.equals(unseen)) {
            return equipment;
        }
        // what we did not see was not missing
        Equipment before = unseen.isPresent() ? Equipment.NONE : equipment;
        unseen = nowUnseen;
        equipment = unseen.map(problem -> Equipment.unseen(deployment, policy, problem))
                .orElseGet(() -> Equipment.of(deployment, devices, policy));
        of = Optional.of(deployment);
        changed = false;
        deployment
                .modules()
                .values()
                .forEach(spec -> Attempt.run(
                        () -> compare(spec, before, back),
                        problem -> LOG.error(
                                "event=devices_not_compared module={} reason=\"{}\"", spec.name(), problem.text())));
        last.keySet().retainAll(deployment.modules().keySet());
        // most modules hold nothing
        last.values().removeIf(held -> held.handles().isEmpty());
        kept.keep(Map.copyOf(last));
        return equipment;
    }

    private void compare(ModuleSpec spec, Equipment before, BiConsumer<String, Boolean> back) {
        String module = spec.name();
        Hardware was = before.hardware().getOrDefault(module, Hardware.NONE);
        Hardware is = equipment.hardware().getOrDefault(module, Hardware.NONE);
        if (is instanceof Hardware.Withheld missing && !is.equals(was)) {
            LOG.warn(
                    "event=device_missing module={} reason=\"{}\"",
                    module,
                    missing.problem().text());
        } else if (is instanceof Hardware.Granted granted
                && !equipment.refused().containsKey(module)) {
            Held now = new Held(granted.fingerprint(spec), equipment.handles().getOrDefault(module, Set.of()));
            Optional<Held> held = Optional.ofNullable(last.put(module, now));
            UnplugRule rule = UnplugRule.of(spec);
            // one that was made from something else is made anew in any case
            boolean same = held.filter(then -> then.made().equals(now.made())).isPresent();
            if (was instanceof Hardware.Withheld) {
                LOG.info("event=device_there module={}", module);
                back.accept(module, same && rule == UnplugRule.RESTART);
            } else if (same && !now.equals(held.get())) {
                // gone and back before anybody looked: as dead for the module as if that had taken an hour
                LOG.info("event=device_replaced module={} on_unplug={}", module, rule);
                back.accept(module, rule != UnplugRule.IGNORE);
            }
        }
    }

    @Override
    public void close() {
        worker.close();
        watch.ifPresent(DeviceInventory.Watch::close);
    }
}
