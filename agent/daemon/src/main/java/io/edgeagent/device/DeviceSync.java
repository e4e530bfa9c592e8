package io.edgeagent.device;

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
    // what modules got when they last had all that they need
    private final Map<String, Hardware.Granted> last = new TreeMap<>();
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
        deployment.modules().values().forEach(spec -> compare(spec, before, back));
        last.keySet().retainAll(equipment.hardware().keySet());
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
        } else if (is instanceof Hardware.Granted granted) {
            if (was instanceof Hardware.Withheld) {
                LOG.info("event=device_there module={}", module);
                // other numbers make the container anew in any case
                boolean same = granted.equals(last.get(module));
                back.accept(module, same && UnplugRule.of(spec) == UnplugRule.RESTART);
            }
            last.put(module, granted);
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
