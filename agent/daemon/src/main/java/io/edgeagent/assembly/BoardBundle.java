package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.docker.DockerBundle;
import io.edgeagent.adapter.linux.HostGauge;
import io.edgeagent.adapter.linux.JournalLogs;
import io.edgeagent.adapter.store.StateReader;
import io.edgeagent.check.AgentSight;
import io.edgeagent.check.BoardSettings;
import io.edgeagent.check.CheckJson;
import io.edgeagent.check.CheckRun;
import io.edgeagent.cli.CheckCommand;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.log.AgentLog;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.Redactor;
import io.edgeagent.ops.AgentAnswers;
import io.edgeagent.ops.BundlePart;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.BundleWriter;
import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.ops.SupportBundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The support bundle of this board: for {@code edge-agent support-bundle}, and for the direct method. */
final class BoardBundle {
    private static final List<String> ANSWERS = List.of("status", "twin", "events", "hub-routes", "hub-clients");
    private static final int LARGEST_FILE = 256 << 10;

    private final Path file;
    private final Optional<Path> givenState;
    private final BoardSettings settings;
    private final StateReader state;
    private final AgentAnswers agent;
    private final String version;

    private BoardBundle(Path file, Optional<Path> givenState, AgentAnswers agent, String version) {
        this.file = file;
        this.givenState = givenState;
        this.agent = agent;
        this.version = version;
        settings = BoardSettings.read(file, givenState, System.getenv());
        state = new StateReader(settings.config()
                .map(AgentConfig::stateFolder)
                .or(() -> givenState)
                .orElse(AgentConfig.DEFAULT_STATE));
    }

    /**
     * @param file of the settings
     * @param state overrides the state folder
     * @param progress told the name of each file
     */
    static SupportBundle of(
            Path file, Optional<Path> state, AgentAnswers agent, String version, Consumer<String> progress) {
        // settings and secrets are read for each bundle
        return (out, request) -> {
            BoardBundle board = new BoardBundle(file, state, agent, version);
            Redactor redactor = new Redactor(board.secrets());
            new BundleWriter(
                            () -> redactor,
                            List.of(
                                    any -> board.own(redactor),
                                    new JournalLogs(),
                                    board.engine(redactor),
                                    board::checks),
                            progress)
                    .write(out, request);
        };
    }

    /** What a running agent answers in its own process. */
    static AgentAnswers answers(Operations operations, HubOperations hub) {
        return what -> switch (what) {
            case "status" -> operations.status();
            case "twin" -> operations.twin();
            case "events" -> AgentLog.ofThisProcess().events(0);
            case "hub-routes" -> hub.routes();
            case "hub-clients" -> hub.clients();
            default -> throw new ProblemException(ErrorCode.INTERNAL, "nobody answers " + what);
        };
    }

    private List<BundlePart> own(Redactor redactor) {
        List<BundlePart> parts = new ArrayList<>();
        parts.add(json("versions.json", redactor, this::versions));
        parts.add(json("host.json", redactor, BoardBundle::host));
        parts.add(json("state.json", redactor, this::files));
        parts.add(json("desired.json", redactor, () -> state.deployment().orElseGet(Json.MAPPER::createObjectNode)));
        ANSWERS.forEach(what -> parts.add(json("agent/" + what + ".json", redactor, () -> agent.ask(what))));
        if (Files.exists(file)) {
            parts.add(new BundlePart("config.toml", out -> copy(file, out)));
        }
        return parts;
    }

    private DockerBundle engine(Redactor redactor) {
        String network =
                settings.config().map(config -> config.network().name()).orElse("azure-iot-edge");
        return new DockerBundle(engineUri(), network, () -> redactor);
    }

    private String engineUri() {
        try {
            return AgentConfig.engine(file, System.getenv());
        } catch (ConfigException e) {
            return "unix:///var/run/docker.sock";
        }
    }

    /** Last, because it takes long. */
    private List<BundlePart> checks(BundleRequest request) {
        return List.of(new BundlePart("check.json", out -> {
            CheckJson json = new CheckJson(version);
            CheckCommand.Request asked =
                    new CheckCommand.Request(file, givenState, request.iothubHostname(), new Sight(agent));
            try {
                CheckRun.of(BoardChecks.of(asked), json);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.write((json.toJson().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        }));
    }

    private record Sight(AgentAnswers agent) implements AgentSight {
        @Override
        public JsonNode status() {
            return agent.ask("status");
        }

        @Override
        public JsonNode clients() {
            return agent.ask("hub-clients");
        }
    }

    private interface Source {
        JsonNode get();
    }

    private static BundlePart json(String name, Redactor redactor, Source source) {
        return new BundlePart(
                name,
                out -> out.write(
                        (redactor.json(source.get()).toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static void copy(Path file, OutputStream out) throws IOException {
        try (var in = Files.newInputStream(file)) {
            out.write(in.readNBytes(LARGEST_FILE));
        }
    }

    private ObjectNode versions() {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("edge-agent", version)
                .put("java", System.getProperty("java.vm.version"))
                .put("kernel", System.getProperty("os.version"))
                .put("architecture", System.getProperty("os.arch"));
        ObjectNode system = json.putObject("os-release");
        try (Stream<String> lines = Files.lines(Path.of("/etc/os-release"))) {
            lines.limit(50)
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .forEach(parts -> system.put(parts[0], parts[1]));
        } catch (IOException e) {
            json.put("os-release", "unknown");
        }
        return json;
    }

    private static ObjectNode host() {
        HostReadings readings = new HostGauge().readings();
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("uptimeSeconds", readings.uptime().toSeconds())
                .put("memoryTotal", readings.memoryTotal())
                .put("memoryAvailable", readings.memoryAvailable());
        readings.celsius().ifPresent(degrees -> json.put("celsius", degrees));
        readings.power().ifPresent(power -> json.put("throttled", "0x" + Integer.toHexString(power.flags())));
        readings.cards()
                .forEach(card -> json.withArrayProperty("cards")
                        .addObject()
                        .put("name", card.name())
                        .put("used", card.used())
                        .put("reserve", card.reserve()));
        return json;
    }

    /** Names, sizes and times; never what is in them. */
    private ArrayNode files() {
        ArrayNode json = Json.MAPPER.createArrayNode();
        state.files()
                .forEach(each -> json.addObject()
                        .put("name", each.name())
                        .put("bytes", each.bytes())
                        .put("changed", each.changed().toString()));
        return json;
    }

    private List<String> secrets() {
        List<String> found = new ArrayList<>();
        settings.config().ifPresent(config -> found.addAll(KnownSecrets.of(config)));
        try {
            state.deployment().ifPresent(desired -> found.addAll(KnownSecrets.of(desired)));
        } catch (ProblemException e) {
            // then the bundle cannot have them from there either
            return found;
        }
        return found;
    }
}
