package io.edgeagent.check;

import static io.edgeagent.check.CheckSamples.facts;
import static io.edgeagent.check.CheckSamples.json;
import static io.edgeagent.check.CheckSamples.readings;
import static io.edgeagent.check.CheckSamples.space;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.fake.SettableClock;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.StateFile;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** A board on which all is well, and what the checks say of it. */
abstract class BoardToCheck {
    static final String DEVICE =
            "connection_string = \"HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl\"\n";
    static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    static final String HUB = "hub.example.net";

    @TempDir
    Path folder;

    final Map<String, String> environment = new HashMap<>();
    final List<String> iotEdge = new ArrayList<>();
    final List<String> unlimited = new ArrayList<>();
    final Map<Integer, String> listeners = new HashMap<>();
    final Set<String> files = new HashSet<>();
    final List<StateFile> state = new ArrayList<>();
    final Set<CloudSight.Way> closed = EnumSet.noneOf(CloudSight.Way.class);
    final FakeInventory devices = new FakeInventory().plug(FakeInventory.i2c(1));
    String settings = "[provisioning]\nsource = \"manual\"\n" + DEVICE + "[hub]\nmax_store_mb = 100\n";
    EngineSight.Facts engine = facts("1.24", true, "");
    Optional<ProblemException> engineProblem = Optional.empty();
    Optional<EngineSight.Reach> reach = Optional.of(new EngineSight.Reach(true, Set.of(443, 8883)));
    DiskSpace.FreeSpace disk = space(5_000_000_000L, 100_000);
    HostReadings host = readings(500_000_000, 45, 0, new HostReadings.Card("mmcblk0", 10, 1));
    DevicePolicy policy = DevicePolicy.ALLOW;
    Optional<ProblemException> identity = Optional.empty();
    List<String> addresses = List.of("192.0.2.1");
    Duration hubAhead = Duration.ZERO;
    Instant now = NOW;
    Optional<JsonNode> status = Optional.empty();
    JsonNode clients = json("{\"clients\":[{\"id\":\"leaf\",\"status\":\"connected\"}]}");
    Optional<ObjectNode> deployment = Optional.empty();

    List<String> problems() throws Exception {
        return run().entrySet().stream()
                .filter(entry -> EnumSet.of(Verdict.Level.WARNING, Verdict.Level.ERROR)
                        .contains(entry.getValue().level()))
                .map(Map.Entry::getKey)
                .toList();
    }

    Verdict one(String id) throws Exception {
        return run().get(id);
    }

    Map<String, Verdict> run() throws Exception {
        write();
        return verdicts();
    }

    void write() throws IOException {
        Path file = folder.resolve("config.toml");
        Files.writeString(file, settings);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    Map<String, Verdict> verdicts() {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        BoardSettings read =
                BoardSettings.read(folder.resolve("config.toml"), Optional.of(folder.resolve("state")), environment);
        Checklist.Board board = new Checklist.Board(
                read,
                new State(),
                new Host(),
                new Engine(),
                any -> Optional.of(disk),
                devices,
                config -> policy,
                config -> new Cloud(UpstreamSettings.of(config.upstream())),
                new Agent(),
                new SettableClock(now.toString()));
        for (Check check : Checklist.of(board, Optional.empty())) {
            Verdict verdict;
            try {
                verdict = check.question().ask();
            } catch (CannotAsk e) {
                verdict = Verdict.skipped(e.getMessage());
            } catch (ProblemException e) {
                verdict = Verdict.error(e.problem().text());
            }
            assertThat(verdicts.put(check.id(), verdict)).as(check.id()).isNull();
        }
        return verdicts;
    }

    private final class State implements StateSight {
        @Override
        public List<StateFile> files() {
            return state;
        }

        @Override
        public Optional<ObjectNode> deployment() {
            return deployment;
        }
    }

    final class Host implements HostSight {
        @Override
        public HostReadings readings() {
            return host;
        }

        @Override
        public Optional<String> listener(int port) {
            return Optional.ofNullable(listeners.get(port));
        }

        @Override
        public boolean exists(Path file) {
            return files.contains(file.toString());
        }
    }

    final class Engine implements EngineSight {
        @Override
        public Facts facts() {
            if (engineProblem.isPresent()) {
                throw engineProblem.get();
            }
            return engine;
        }

        @Override
        public List<String> iotEdge() {
            return iotEdge;
        }

        @Override
        public List<String> withoutLogLimit() {
            return unlimited;
        }

        @Override
        public Optional<Reach> reach(String network, String name, List<Integer> ports) {
            return reach;
        }
    }

    final class Cloud implements CloudSight {
        final UpstreamSettings way;

        Cloud(UpstreamSettings way) {
            this.way = way;
        }

        @Override
        public Optional<String> hubHost() {
            return Optional.of(HUB);
        }

        @Override
        public List<String> resolve(String name) {
            return addresses;
        }

        @Override
        public Answer connect(Way by, String name) {
            if (closed.contains(by)) {
                throw new ProblemException(ErrorCode.HUB_UNREACHABLE, "connection refused, " + way);
            }
            return new Answer("CN=" + name, NOW.plusSeconds(1000));
        }

        @Override
        public Optional<Instant> time(String name) {
            return Optional.of(now.plus(hubAhead));
        }

        @Override
        public int identities() {
            if (identity.isPresent()) {
                throw identity.get();
            }
            return 3;
        }
    }

    final class Agent implements AgentSight {
        @Override
        public JsonNode status() {
            return status.orElseThrow(() -> new ProblemException(ErrorCode.INTERNAL, "the agent does not run"));
        }

        @Override
        public JsonNode clients() {
            return clients;
        }
    }
}
