package io.edgeagent.check;

import static io.edgeagent.check.CheckSamples.facts;
import static io.edgeagent.check.CheckSamples.json;
import static io.edgeagent.check.CheckSamples.readings;
import static io.edgeagent.check.CheckSamples.space;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.StateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each check on a board where all is well, and on one where just its subject is not. */
class ChecklistTest extends BoardToCheck {
    @BeforeEach
    void all_is_well() {
        files.add(folder.resolve("config.toml").toString());
        environment.put("EDGE_AGENT_HOSTNAME", "board");
        status = Optional.of(json("""
                {"version":"1","startTime":"2026-11-28T09:00:00Z","link":{"up":true},
                 "deployment":{"version":3,"code":200,"description":""},
                 "modules":{"edgeHub":{"runtimeStatus":"running","description":"built into edge-agent 1"},
                            "led":{"runtimeStatus":"running"},
                            "job":{"runtimeStatus":"stopped","exitCode":0}}}"""));
        deployment = Optional.of((ObjectNode) json("""
                {"schemaVersion":"1.1","runtime":{"type":"docker","settings":{}},
                 "systemModules":{"edgeHub":{"type":"docker","status":"running","settings":{"image":"hub:1"}}},
                 "modules":{"led":{"type":"docker","status":"running","restartPolicy":"always","settings":{"image":"led:1",
                   "createOptions":"{\\"Labels\\":{\\"io.edge-agent.devices\\":\\"i2c:1\\"}}"}}}}"""));
    }

    @Test
    void on_a_good_board_nothing_is_wrong_and_every_check_has_an_id_of_its_own() throws Exception {
        Map<String, Verdict> verdicts = run();

        assertThat(verdicts).hasSize(37);
        assertThat(verdicts)
                .allSatisfy((id, verdict) -> assertThat(verdict.level())
                        .as(id + " " + verdict)
                        .isIn(Verdict.Level.OK, Verdict.Level.IGNORED));
    }

    @Test
    void settings_that_cannot_be_used_are_one_error_and_what_needs_them_is_skipped() throws Exception {
        settings = "[provisioning]\nsource = \"manual\"\n";

        assertThat(problems()).containsExactly("config-well-formed");
        assertThat(one("config-well-formed").fix())
                .hasValueSatisfying(fix -> assertThat(fix).contains("config apply --check"));
        assertThat(one("host-connect-iothub-mqtt")).isEqualTo(Verdict.skipped("the settings cannot be used"));
        assertThat(one("container-engine-uri").level()).isEqualTo(Verdict.Level.OK);
    }

    @Test
    void settings_without_effect_and_open_secrets_are_warnings() throws Exception {
        settings = "nonsense = 1\n" + settings;
        write();
        Files.setPosixFilePermissions(folder.resolve("config.toml"), PosixFilePermissions.fromString("rw-r--r--"));

        Map<String, Verdict> verdicts = verdicts();
        assertThat(verdicts.get("config-well-formed").level()).isEqualTo(Verdict.Level.WARNING);
        assertThat(verdicts.get("config-secrets").fix())
                .hasValueSatisfying(fix -> assertThat(fix).startsWith("sudo chmod o-rwx"));
    }

    @Test
    void a_host_without_a_name_is_named() throws Exception {
        environment.put("EDGE_AGENT_HOSTNAME", "localhost");

        assertThat(problems()).containsExactly("hostname");
    }

    @Test
    void a_trust_bundle_that_is_not_there_is_an_error() throws Exception {
        environment.put("EDGE_AGENT_TRUST_BUNDLE", folder.resolve("no.pem").toString());

        assertThat(run().get("trust-bundle").text()).contains("there is no file");
    }

    @Test
    void an_engine_that_is_away_is_one_error() throws Exception {
        engineProblem = Optional.of(new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "nobody listens"));

        assertThat(problems()).containsExactly("container-engine-uri");
        assertThat(one("container-engine-uri").fix())
                .hasValueSatisfying(fix -> assertThat(fix).startsWith("sudo systemctl start docker"));
        assertThat(one("cgroup-memory").level()).isEqualTo(Verdict.Level.SKIPPED);
        assertThat(one("container-connect-iothub").level()).isEqualTo(Verdict.Level.SKIPPED);
    }

    @Test
    void an_engine_that_is_too_new_is_an_error() throws Exception {
        engine = facts("1.60", true, "");

        assertThat(problems()).containsExactly("container-engine-api");
    }

    @Test
    void memory_that_cannot_be_limited_names_the_line_of_this_boards_boot_loader() throws Exception {
        engine = facts("1.24", false, "");
        files.add("/boot/firmware/cmdline.txt");

        assertThat(problems()).containsExactly("cgroup-memory");
        assertThat(one("cgroup-memory").fix())
                .hasValue(
                        "sudo sed -i '1 s/$/ cgroup_enable=memory cgroup_memory=1/' /boot/firmware/cmdline.txt && sudo"
                                + " reboot");
    }

    @Test
    void logs_without_a_limit_are_named_by_module() throws Exception {
        unlimited.add("chatty");

        assertThat(one("container-engine-logrotate").text()).contains("chatty");
    }

    @Test
    void an_iot_edge_beside_is_an_error_when_it_runs_and_a_warning_when_it_is_installed() throws Exception {
        files.add("/run/iotedge/mgmt.sock");
        assertThat(one("iot-edge-beside").level()).isEqualTo(Verdict.Level.WARNING);

        iotEdge.add("edgeAgent");
        assertThat(one("iot-edge-beside").level()).isEqualTo(Verdict.Level.ERROR);
        assertThat(one("iot-edge-beside").fix()).hasValue("sudo iotedge system stop && docker rm -f edgeAgent");
    }

    @Test
    void a_proxy_that_the_engine_does_not_know_is_a_warning() throws Exception {
        environment.put("https_proxy", "http://proxy.example:3128");
        reach = Optional.of(new EngineSight.Reach(true, Set.of(3128)));

        assertThat(problems()).containsExactly("proxy-settings");
        engine = facts("1.24", true, "http://proxy.example:3128");
        assertThat(problems()).isEmpty();
    }

    @Test
    void a_disk_without_room_or_without_inodes_is_an_error() throws Exception {
        disk = space(100_000_000, 100_000);
        assertThat(one("disk-space").text()).contains("100 of 8000 MB", "256 MB should be");

        disk = space(5_000_000_000L, 20);
        assertThat(one("disk-space").text()).contains("20 of 400000 inodes", "10000 inodes should be");
        assertThat(problems()).containsExactly("disk-space");
    }

    @Test
    void low_voltage_is_an_error_now_and_a_warning_afterwards() throws Exception {
        host = readings(500_000_000, 45, 1);
        assertThat(one("power-supply").level()).isEqualTo(Verdict.Level.ERROR);

        host = readings(500_000_000, 45, 1 << 16);
        assertThat(one("power-supply").level()).isEqualTo(Verdict.Level.WARNING);
    }

    @Test
    void heat_short_memory_and_a_worn_card_are_told() throws Exception {
        host = readings(20_000_000, 85, 4, new HostReadings.Card("mmcblk0", 90, 1));

        assertThat(problems()).containsExactly("memory", "temperature", "card-wear");
        assertThat(one("card-wear").text()).isEqualTo("mmcblk0 has used up to 90 % of its life.");
        assertThat(one("temperature").text()).contains("slowed down", "85 degrees");
        host = readings(500_000_000, 45, 0, new HostReadings.Card("mmcblk0", 110, 3));
        assertThat(one("card-wear").level()).isEqualTo(Verdict.Level.ERROR);
    }

    @Test
    void damaged_files_and_a_full_store_are_warnings() throws Exception {
        state.add(new StateFile("modules.json.damaged", 10, NOW));
        state.add(new StateFile("hub/queue-1", 99L << 20, NOW));

        assertThat(problems()).containsExactly("state-folder", "hub-store");
        assertThat(one("hub-store").text()).contains("103 MB of 104 MB", "The oldest messages are dropped");
    }

    @Test
    void devices_that_are_missing_or_only_for_root_are_told() throws Exception {
        devices.unplug("/dev/i2c-1");
        assertThat(problems()).containsExactly("device-grants");
        assertThat(one("device-grants").text()).startsWith("led: /dev/i2c-1 is not there");

        var bus = FakeInventory.i2c(1);
        devices.plug(new DeviceNode(
                bus.kind(),
                bus.name(),
                bus.otherNames(),
                bus.path(),
                bus.onHost(),
                'c',
                89,
                1,
                0,
                "root",
                0600,
                "",
                List.of(),
                ""));
        assertThat(problems()).containsExactly("device-groups");
        assertThat(one("device-groups").fix())
                .hasValueSatisfying(fix -> assertThat(fix).contains("KERNEL==\"i2c-1\""));
    }

    @Test
    void a_name_of_the_operator_that_leads_nowhere_is_a_warning() throws Exception {
        policy = new DevicePolicy(DevicePolicy.Privileged.ALLOW, Map.of("qwiic", "i2c:1", "lost", "i2c:7"), Set.of());

        assertThat(problems()).containsExactly("device-aliases");
        assertThat(one("device-aliases").text()).startsWith("lost (i2c:7): /dev/i2c-7 is not there");
    }

    @Test
    void the_way_that_is_used_is_an_error_and_the_other_a_warning() throws Exception {
        closed.add(CloudSight.Way.MQTT);
        assertThat(one("host-connect-iothub-mqtt").level()).isEqualTo(Verdict.Level.ERROR);
        assertThat(one("host-connect-iothub-mqtt").fix())
                .hasValueSatisfying(fix -> assertThat(fix).contains("MqttWs"));

        environment.put("UpstreamProtocol", "MqttWs");
        assertThat(one("host-connect-iothub-mqtt").level()).isEqualTo(Verdict.Level.WARNING);
        assertThat(one("host-connect-iothub-mqttws").level()).isEqualTo(Verdict.Level.OK);
    }

    @Test
    void a_name_that_is_not_known_is_an_error_with_the_name_servers() throws Exception {
        addresses = List.of();

        assertThat(one("host-resolve-iothub").text()).isEqualTo("The name hub.example.net is not known.");
    }

    @Test
    void a_clock_that_is_off_is_told_in_seconds() throws Exception {
        hubAhead = Duration.ofSeconds(93);
        assertThat(one("host-local-time").text()).isEqualTo("The clock is 93 seconds behind the hub's.");
        assertThat(one("host-local-time").level()).isEqualTo(Verdict.Level.WARNING);

        hubAhead = Duration.ofHours(-2);
        assertThat(one("host-local-time").text()).startsWith("The clock is 7200 seconds ahead of the hub's, and");
        assertThat(one("host-local-time").level()).isEqualTo(Verdict.Level.ERROR);

        now = Instant.EPOCH;
        assertThat(one("host-local-time").text()).startsWith("The clock says 1970-01-01");
    }

    @Test
    void what_modules_cannot_reach_is_told_apart_from_what_the_host_can() throws Exception {
        reach = Optional.of(new EngineSight.Reach(false, Set.of()));
        assertThat(one("container-connect-iothub").fix())
                .hasValueSatisfying(fix -> assertThat(fix).contains("\"dns\""));

        reach = Optional.of(new EngineSight.Reach(true, Set.of(443)));
        assertThat(one("container-connect-iothub").text()).contains("does not answer on port 8883");
        assertThat(one("container-connect-iothub").level()).isEqualTo(Verdict.Level.WARNING);

        environment.put("EDGE_AGENT_HUB", "off");
        assertThat(one("container-connect-iothub").level()).isEqualTo(Verdict.Level.ERROR);
    }

    @Test
    void a_device_that_the_hub_refuses_is_an_error_and_a_hub_that_is_away_is_none_of_this_check() throws Exception {
        identity = Optional.of(new ProblemException(ErrorCode.HUB_UNAUTHORIZED, "the hub said: disabled"));
        assertThat(problems()).containsExactly("device-identity");

        identity = Optional.of(new ProblemException(ErrorCode.HUB_UNREACHABLE, "no route"));
        assertThat(one("device-identity").level()).isEqualTo(Verdict.Level.SKIPPED);
    }

    @Test
    void an_agent_that_is_down_is_one_error_and_ports_of_others_are_looked_for() throws Exception {
        status = Optional.empty();
        listeners.put(8883, "mosquitto (process 812)");

        assertThat(problems()).containsExactly("agent-running", "hub-ports");
        assertThat(one("hub-ports").text())
                .isEqualTo("The hub on this board will need it: port 8883 is used by mosquitto (process 812).");
        assertThat(one("last-deployment").level()).isEqualTo(Verdict.Level.SKIPPED);
    }

    @Test
    void what_the_running_agent_knows_is_told() throws Exception {
        status = Optional.of(json("""
                {"version":"1","link":{"up":false,"reason":"the hub ends the connection soon after each sign-in: another board may use the identity of board"},
                 "deployment":{"version":4,"code":500,"description":"led: no such image"},
                 "modules":{"edgeHub":{"runtimeStatus":"running","description":"built in; 172.18.0.1:8883 belongs to nginx (process 9)"},
                            "led":{"runtimeStatus":"backoff","description":"no such image"}}}"""));
        clients = json("{\"clients\":[{\"id\":\"porch\",\"status\":\"refused\",\"lastError\":\"refused: the token has"
                + " expired\"},{\"id\":\"old\",\"status\":\"disconnected\",\"lastError\":\"closed by the client\"}]}");

        assertThat(problems())
                .containsExactly(
                        "hub-link", "identity-clone", "last-deployment", "modules", "hub-ports", "leaf-devices");
        assertThat(one("modules").text()).isEqualTo("led is backoff: no such image");
        assertThat(one("leaf-devices").text())
                .isEqualTo("Clients could not connect:\nporch: refused: the token has expired");
    }

    @Test
    void whatever_is_wrong_comes_with_what_helps() throws Exception {
        heat_short_memory_and_a_worn_card_are_told();
        status = Optional.empty();
        closed.addAll(EnumSet.allOf(CloudSight.Way.class));
        addresses = List.of();
        hubAhead = Duration.ofDays(1);
        unlimited.add("chatty");
        iotEdge.add("edgeHub");

        assertThat(run())
                .allSatisfy((id, verdict) -> assertThat(verdict.fix().isPresent())
                        .as(id)
                        .isEqualTo(verdict.level() == Verdict.Level.WARNING || verdict.level() == Verdict.Level.ERROR));
    }

    @Test
    void every_check_is_in_the_guide() throws Exception {
        String guide = Files.readString(Path.of("..", "..", "docs", "operations.md"));

        assertThat(run().keySet()).allSatisfy(id -> assertThat(guide).contains("`" + id + "`"));
    }
}
