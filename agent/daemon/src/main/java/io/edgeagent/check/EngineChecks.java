package io.edgeagent.check;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.model.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The container engine, and who else uses it. */
final class EngineChecks {
    private static final String SECTION = "Container engine checks";
    private static final Path ENGINE_SETTINGS = Path.of("/etc/docker/daemon.json");
    /** Of the service aziot-edged, in both places where it may be. */
    private static final List<Path> IOT_EDGE =
            List.of(Path.of("/run/iotedge/mgmt.sock"), Path.of("/var/run/iotedge/mgmt.sock"));

    private final BoardSettings settings;
    private final EngineSight engine;
    private final HostSight host;
    private final Once<EngineSight.Facts> facts;

    EngineChecks(BoardSettings settings, EngineSight engine, HostSight host) {
        this.settings = settings;
        this.engine = engine;
        this.host = host;
        this.facts = new Once<>(() -> {
            try {
                return engine.facts();
            } catch (ProblemException e) {
                throw new CannotAsk("the container engine does not answer");
            }
        });
    }

    /** For checks of other sections. */
    Once<EngineSight.Facts> facts() {
        return facts;
    }

    List<Check> all() {
        return List.of(
                new Check("container-engine-uri", SECTION, "the container engine answers", this::answers),
                new Check("container-engine-api", SECTION, "the engine and the agent speak the same API", this::api),
                new Check("container-engine-logrotate", SECTION, "logs of modules have a limit", this::logs),
                new Check("proxy-settings", SECTION, "the engine uses the proxy that the agent uses", this::proxy),
                new Check("cgroup-memory", SECTION, "the memory of modules can be limited", this::memory),
                new Check("iot-edge-beside", SECTION, "no IoT Edge runs beside the agent", this::beside));
    }

    private Verdict answers() {
        try {
            EngineSight.Facts known = engine.facts();
            return Verdict.ok(known.info().name() + " " + known.info().version() + ", API "
                    + known.info().apiVersion());
        } catch (ProblemException e) {
            boolean denied = e.problem().text().contains("ermission denied");
            return Verdict.error(
                    e.problem().text(),
                    denied
                            ? "sudo edge-agent check; for the service: sudo usermod -aG docker edge-agent && sudo systemctl"
                                    + " restart edge-agent"
                            : "sudo systemctl start docker; see why it ended with: journalctl -u docker");
        }
    }

    private Verdict api() throws CannotAsk {
        EngineSight.Facts known = facts.get();
        String ours = known.info().apiVersion();
        if (!known.oldestApi().isEmpty() && minor(known.oldestApi()) > minor(ours)) {
            return Verdict.error(
                    "The engine speaks API " + known.oldestApi() + " and newer, the agent " + ours + " at most.",
                    "sudo apt-get update && sudo apt-get install --only-upgrade edge-agent");
        }
        return Verdict.ok("API " + ours + (known.oldestApi().isEmpty() ? "" : ", engine from " + known.oldestApi()));
    }

    private static int minor(String version) {
        String digits = version.substring(version.indexOf('.') + 1);
        return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
    }

    private Verdict logs() throws CannotAsk {
        facts.get();
        List<String> open = engine.withoutLogLimit();
        if (open.isEmpty()) {
            return Verdict.ok();
        }
        return Verdict.warning(
                "These modules write logs without a limit, which can fill the disk: " + String.join(", ", open) + ".",
                "remove max_size = \"none\" from [logs] in " + settings.file()
                        + ", or set a LogConfig with max-size in their createOptions or in " + ENGINE_SETTINGS);
    }

    private Verdict proxy() throws CannotAsk {
        AgentConfig config = settings.require();
        boolean wanted = config.upstream().containsKey("https_proxy")
                || config.upstream().containsKey("all_proxy");
        EngineSight.Facts known = facts.get();
        if (!wanted) {
            return Verdict.ignored("no proxy is set");
        }
        return known.proxy().isEmpty()
                ? Verdict.warning(
                        "The agent reaches the hub through a proxy, but the engine has none, so it pulls images"
                                + " directly.",
                        "set HTTPS_PROXY in a drop-in: sudo systemctl edit docker, then: sudo systemctl restart docker")
                : Verdict.ok("the engine has a proxy");
    }

    private Verdict memory() throws CannotAsk {
        if (facts.get().limitsMemory()) {
            return Verdict.ok();
        }
        Path boot = host.exists(Path.of("/boot/firmware/cmdline.txt"))
                ? Path.of("/boot/firmware/cmdline.txt")
                : Path.of("/boot/cmdline.txt");
        return Verdict.warning(
                "The kernel's control group for memory is off, so that limits of memory have no effect and its use is"
                        + " reported as 0. Raspberry Pi OS comes so.",
                host.exists(boot)
                        ? "sudo sed -i '1 s/$/ cgroup_enable=memory cgroup_memory=1/' " + boot + " && sudo reboot"
                        : "add cgroup_enable=memory to the kernel's command line and reboot");
    }

    private Verdict beside() throws CannotAsk {
        Optional<Path> service = IOT_EDGE.stream().filter(host::exists).findFirst();
        facts.get();
        List<String> running = engine.iotEdge();
        if (!running.isEmpty()) {
            return Verdict.error(
                    "IoT Edge runs on this engine (" + String.join(", ", running)
                            + "). Both would fight for the modules.",
                    "sudo iotedge system stop && docker rm -f " + String.join(" ", running));
        }
        return service.isPresent()
                ? Verdict.warning(
                        "The service of IoT Edge is installed and its socket " + service.get()
                                + " is there. It would start its modules beside those of the agent.",
                        "sudo systemctl disable --now aziot-edged.service aziot-edged.mgmt.socket"
                                + " aziot-edged.workload.socket")
                : Verdict.ok();
    }
}
