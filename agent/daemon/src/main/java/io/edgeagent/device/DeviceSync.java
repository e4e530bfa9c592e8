package io.edgeagent.device;

import io.edgeagent.device.DeviceInventory.Held;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the board's devices mean for the deployment's modules, and notices what comes and goes. */
public final class DeviceSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSync.class);

    private final DeviceInventory inventory;
    private final DevicePolicy policy;
    private final Executor loop;
    // what modules had when they last had all that they need
    private final Map<String, Held> last = new TreeMap<>();
    private volatile Set<String> paths = Set.of();
    private HostDevices devices = HostDevices.HIDDEN;
    private Map<String, String> summary = Map.of();
    private Optional<Deployment> of = Optional.empty();
    private Equipment equipment = Equipment.NONE;
    private boolean changed = true;
    private DeviceInventory.Watch watch = () -> {};

    public DeviceSync(DeviceInventory inventory, DevicePolicy policy, Executor loop) {
        this.inventory = inventory;
        this.policy = policy;
        this.loop = loop;
    }

    public void start() {
        last.putAll(inventory.held());
        see(inventory.look(paths));
        watch = inventory.watch(devices, () -> paths, () -> loop.execute(this::changed));
    }

    /** Something came or went. Looked at here, because a newer deployment may name other paths than the one that tells. */
    private void changed() {
        see(inventory.look(paths));
        changed = true;
    }

    private void see(HostDevices found) {
        devices = found;
        summary = InventorySummary.of(found);
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
        if (!changed && of.equals(Optional.of(deployment))) {
            return equipment;
        }
        Set<String> named = Equipment.paths(deployment);
        if (!paths.equals(named)) {
            paths = named;
            see(inventory.look(named));
        }
        Equipment before = equipment;
        equipment = Equipment.of(deployment, devices, policy);
        of = Optional.of(deployment);
        changed = false;
        Map<String, Held> heldBefore = Map.copyOf(last);
        deployment.modules().values().forEach(spec -> compare(spec, before, back));
        last.keySet().retainAll(deployment.modules().keySet());
        // most modules hold nothing
        last.values().removeIf(held -> held.handles().isEmpty());
        if (!last.equals(heldBefore)) {
            inventory.remember(last);
        }
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
        watch.close();
    }
}
