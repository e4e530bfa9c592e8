package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code edge-agent devices}: what modules can ask for on this board. */
@Command(
        name = "devices",
        header = "Lists the board's devices and how a module asks for them.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent devices",
            "  edge-agent devices --lines         # the lines of GPIO chips too",
            "  edge-agent devices -o json | jq '.devices[] | select(.kind == \"i2c\")'",
            "  edge-agent devices scan i2c-1      # asks every address of a bus",
            "",
            "A module asks for a device with a label in its createOptions, such as",
            "\"io.edge-agent.devices\": \"i2c:1,gpu?\".",
            "Nothing is opened. If the agent does not run, the column USED BY is empty.",
            "Exit codes: 0 done, 1 the devices cannot be seen"
        })
public final class DevicesCommand implements Callable<Integer> {
    private static final List<Path> PROGRAMS = List.of(
            Path.of("/usr/sbin/i2cdetect"), Path.of("/usr/bin/i2cdetect"), Path.of("/usr/local/sbin/i2cdetect"));

    private final BoardCommands board;
    private final Supplier<DeviceInventory> inventory;
    private final GpioInfo gpioInfo;

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--lines",
            description = "The lines of GPIO chips too; who uses them is known if the package gpiod is installed")
    private boolean lines;

    public DevicesCommand(BoardCommands board, Supplier<DeviceInventory> inventory) {
        this(board, inventory, GpioInfo.installed());
    }

    DevicesCommand(BoardCommands board, Supplier<DeviceInventory> inventory, GpioInfo gpioInfo) {
        this.board = board;
        this.inventory = inventory;
        this.gpioInfo = gpioInfo;
    }

    @Override
    public Integer call() {
        HostDevices devices = inventory.get().look(Set.of());
        if (!devices.visible()) {
            Terminal.complain(
                    "the host's devices cannot be seen from inside a container; run this on the host, or give the"
                            + " container -v /dev:/host/dev:ro -e EDGE_AGENT_HOST_DEV=/host/dev");
            return BoardCommands.FAILED;
        }
        Map<String, List<String>> users = users();
        Map<String, List<GpioInfo.Line>> asked = lines ? askChips() : Map.of();
        if (output.isJson()) {
            System.out.println(DeviceTable.json(devices, users, asked).toPrettyString());
        } else {
            System.out.print(DeviceTable.text(devices, users));
            if (lines) {
                System.out.print(DeviceTable.lines(devices, asked));
            }
        }
        return 0;
    }

    private Map<String, List<GpioInfo.Line>> askChips() {
        try {
            Optional<Map<String, List<GpioInfo.Line>>> answer = gpioInfo.ask();
            if (answer.isEmpty()) {
                Terminal.complain("who uses a line is known to the program gpioinfo: sudo apt install gpiod");
            }
            return answer.orElse(Map.of());
        } catch (IOException e) {
            Terminal.complain("gpioinfo cannot be run: " + e.getMessage());
            return Map.of();
        }
    }

    /** Modules by the path of their device; empty where the agent does not answer. */
    private Map<String, List<String>> users() {
        Map<String, List<String>> users = new TreeMap<>();
        try {
            JsonNode modules = agent.client(board).status().path("modules");
            modules.properties()
                    .forEach(module -> module.getValue()
                            .path("devices")
                            .forEach(path -> users.merge(
                                    path.asText(),
                                    List.of(module.getKey()),
                                    (some, more) -> Stream.concat(some.stream(), more.stream())
                                            .toList())));
        } catch (AgentClient.Unreachable e) {
            Terminal.complain(e.getMessage());
        }
        return users;
    }

    @Command(
            name = "scan",
            description =
                    "Asks every address of an I2C bus whether a device is there. Some devices take that as a command.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  sudo edge-agent devices scan i2c-1",
                "",
                "It needs the command i2cdetect of the package i2c-tools."
            })
    int scan(@Parameters(paramLabel = "BUS", description = "i2c-1 or 1") String bus) {
        HostDevices devices = inventory.get().look(Set.of());
        String number = bus.replaceFirst("^(/dev/)?(i2c[-:])?", "");
        Optional<DeviceNode> found = devices.of(DeviceKind.I2C)
                .filter(node -> node.name().equals("i2c-" + number))
                .findFirst();
        if (found.isEmpty()) {
            List<String> there =
                    devices.of(DeviceKind.I2C).map(DeviceNode::name).toList();
            Terminal.complain("there is no I2C bus " + Terminal.plain(bus) + "; there "
                    + (there.isEmpty() ? "is none" : "are: " + String.join(", ", there)));
            return BoardCommands.FAILED;
        }
        Optional<Path> program = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
        if (program.isEmpty()) {
            Terminal.complain("this needs the program i2cdetect: sudo apt install i2c-tools");
            return BoardCommands.FAILED;
        }
        Terminal.complain("asking every address of " + found.get().path() + " ("
                + Terminal.plain(found.get().label()) + ")");
        try {
            return new ProcessBuilder(program.get().toString(), "-y", number)
                                    .inheritIO()
                                    .start()
                                    .waitFor()
                            == 0
                    ? 0
                    : BoardCommands.FAILED;
        } catch (IOException e) {
            Terminal.complain(program.get() + " cannot be run: " + e.getMessage());
            return BoardCommands.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BoardCommands.FAILED;
        }
    }
}
