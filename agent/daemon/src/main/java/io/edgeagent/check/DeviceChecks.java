package io.edgeagent.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.device.Equipment;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeviceGrant;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Device nodes that modules ask for, their groups, and the operator's names for them. */
final class DeviceChecks {
    private static final String SECTION = "Device checks";
    private static final int FOR_GROUP = 0060;

    private final BoardSettings settings;
    private final DeviceInventory inventory;
    private final StateSight state;
    private final Function<BoardSettings, DevicePolicy> policy;

    /** @param policy of settings that can be used */
    DeviceChecks(
            BoardSettings settings,
            DeviceInventory inventory,
            StateSight state,
            Function<BoardSettings, DevicePolicy> policy) {
        this.settings = settings;
        this.inventory = inventory;
        this.state = state;
        this.policy = policy;
    }

    List<Check> all() {
        return List.of(
                new Check("device-grants", SECTION, "devices that modules ask for are there", this::grants),
                new Check("device-groups", SECTION, "modules can open their devices without root", this::groups),
                new Check("device-aliases", SECTION, "names in [devices.aliases] lead to devices", this::aliases));
    }

    private Deployment deployment() throws CannotAsk {
        ParentHost parent = new ParentHost(settings.require().parent());
        Optional<ObjectNode> desired = state.deployment();
        try {
            return Deployment.parse(desired.orElseThrow(() -> new CannotAsk("there is no deployment yet")), parent);
        } catch (RuntimeException e) {
            throw new CannotAsk("the deployment cannot be understood");
        }
    }

    private HostDevices look(Set<String> paths) throws CannotAsk {
        HostDevices devices = inventory.look(paths);
        if (!devices.visible()) {
            throw new CannotAsk("the host's devices cannot be seen from inside this container");
        }
        return devices;
    }

    private Verdict grants() throws CannotAsk {
        Deployment deployment = deployment();
        Equipment equipment = Equipment.of(deployment, look(Equipment.paths(deployment)), policy.apply(settings));
        List<String> faults = new ArrayList<>();
        List<String> details = new ArrayList<>();
        equipment.hardware().forEach((module, hardware) -> {
            if (hardware instanceof Hardware.Withheld withheld) {
                faults.add(module + ": " + withheld.problem().text());
            } else if (hardware instanceof Hardware.Granted granted) {
                granted.nodes().forEach(node -> details.add(module + " has " + node.inContainer()));
            }
        });
        equipment.refused().forEach((module, problem) -> faults.add(module + ": " + problem.text()));
        if (faults.isEmpty()) {
            return details.isEmpty()
                    ? Verdict.ignored("no module asks for a device")
                    : Verdict.ok(details.stream().sorted().toArray(String[]::new));
        }
        return Verdict.error(
                String.join("\n", faults.stream().sorted().toList()),
                "see what this board has with: edge-agent devices");
    }

    private Verdict groups() throws CannotAsk {
        Deployment deployment = deployment();
        HostDevices devices = look(Equipment.paths(deployment));
        Equipment equipment = Equipment.of(deployment, devices, policy.apply(settings));
        Set<String> granted = new TreeSet<>();
        equipment.hardware().values().forEach(hardware -> {
            if (hardware instanceof Hardware.Granted all) {
                all.nodes().forEach(node -> granted.add(node.inContainer()));
            }
        });
        List<DeviceNode> forRoot = devices.nodes().stream()
                .filter(node -> granted.contains(node.path()))
                .filter(node -> node.group() == 0 || (node.mode() & FOR_GROUP) == 0)
                .toList();
        if (granted.isEmpty()) {
            return Verdict.ignored("no module asks for a device");
        }
        if (forRoot.isEmpty()) {
            return Verdict.ok();
        }
        DeviceNode first = forRoot.get(0);
        return Verdict.warning(
                "Only root may open "
                        + String.join(
                                ", ", forRoot.stream().map(DeviceNode::path).toList())
                        + ", so a module that runs as another user cannot.",
                "echo 'KERNEL==\"" + first.path().substring(first.path().lastIndexOf('/') + 1)
                        + "\", GROUP=\"dialout\", MODE=\"0660\"' | sudo tee /etc/udev/rules.d/99-edge-agent.rules &&"
                        + " sudo udevadm trigger");
    }

    private Verdict aliases() throws CannotAsk {
        settings.require();
        DevicePolicy named = policy.apply(settings);
        if (named.aliases().isEmpty()) {
            return Verdict.ignored("there are none");
        }
        List<String> faults = new ArrayList<>();
        List<String> details = new ArrayList<>();
        Set<String> paths = new TreeSet<>();
        named.aliases().values().stream()
                .map(target -> target.replaceFirst("^path:", ""))
                .filter(target -> target.startsWith("/dev/"))
                .forEach(paths::add);
        HostDevices devices = look(paths);
        for (Map.Entry<String, String> alias : named.aliases().entrySet()) {
            String words = alias.getKey() + " (" + alias.getValue() + ")";
            try {
                Optional<String> lack = Equipment.lacks(DeviceGrant.parse(alias.getValue()), devices, named);
                lack.ifPresentOrElse(text -> faults.add(words + ": " + text), () -> details.add(words));
            } catch (ProblemException e) {
                faults.add(words + ": " + e.problem().text());
            }
        }
        return faults.isEmpty()
                ? Verdict.ok(details.stream().sorted().toArray(String[]::new))
                : Verdict.warning(
                        String.join("\n", faults.stream().sorted().toList()),
                        "correct [devices.aliases] in " + settings.file() + "; see what there is with: edge-agent"
                                + " devices");
    }
}
