package io.edgeagent.report;

import static io.edgeagent.fake.Manifest.json;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.protocol.TwinPatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReportedStateTest {
    // as long as an inventory's summary can be
    private static final Map<String, String> LARGEST_BOARD =
            List.of("board", "i2c", "spi", "gpio", "serial", "video", "sound", "gpu").stream()
                    .collect(Collectors.toMap(kind -> kind, kind -> "x".repeat(160)));

    private static final Instant STARTED = Instant.parse("2026-01-01T10:00:00.123456789Z");
    private static final ModuleStatus RUNNING = new ModuleStatus(
            RuntimeStatus.RUNNING,
            "running",
            0,
            Optional.of(STARTED),
            Optional.empty(),
            2,
            Optional.of(STARTED),
            Optional.of("sha256:abc"));
    private static final Deployment DEPLOYMENT = Manifest.version(7)
            .withLogin("acr.example.io", "puller", "s3cret")
            .with(module("led")
                    .image("acr.example.io/led:1")
                    .version("1.0")
                    .env("TOKEN", "t0ken")
                    .createOptions("{'Env':['KEY=k3y']}"))
            .deployment();

    @Test
    void has_the_shape_that_the_portal_knows() {
        ObjectNode reported = report(7, DeploymentStatus.SUCCESS, Map.of("led", RUNNING));

        // read again, because Java tells an int from a long
        assertThat(json(reported.toString())).isEqualTo(json("""
            {'schemaVersion':'1.0',
             'version':{'version':'9.9','build':'','commit':''},
             'lastDesiredVersion':7,
             'lastDesiredStatus':{'code':200,'description':''},
             'runtime':{'type':'docker','platform':{'os':'linux','architecture':'aarch64','version':'9.9'},
               'settings':{'loggingOptions':'','minDockerVersion':'v1.25'}},
             'systemModules':{
               'edgeAgent':{'type':'docker','imagePullPolicy':'on-create',
                 'settings':{'image':'mcr.example.io/azureiotedge-agent:1.5'},
                 'runtimeStatus':'running','statusDescription':'built into edge-agent 9.9','exitCode':0,
                 'lastStartTimeUtc':'2026-01-01T10:00:00.123Z','lastExitTimeUtc':'0001-01-01T00:00:00Z'},
               'edgeHub':{'type':'docker','status':'running','restartPolicy':'always',
                 'imagePullPolicy':'on-create','startupOrder':4294967295,
                 'settings':{'image':'mcr.example.io/azureiotedge-hub:1.5'},
                 'runtimeStatus':'running','statusDescription':'built into edge-agent 9.9','exitCode':0,
                 'lastStartTimeUtc':'2026-01-01T10:00:00.123Z','lastExitTimeUtc':'0001-01-01T00:00:00Z',
                 'restartCount':0,'lastRestartTimeUtc':'0001-01-01T00:00:00Z'}},
             'modules':{'led':{'version':'1.0','type':'docker','status':'running',
               'restartPolicy':'on-unhealthy','imagePullPolicy':'on-create','startupOrder':4294967295,
               'settings':{'image':'acr.example.io/led:1','imageHash':'sha256:abc'},
               'runtimeStatus':'running','statusDescription':'running','exitCode':0,
               'lastStartTimeUtc':'2026-01-01T10:00:00.123Z','lastExitTimeUtc':'0001-01-01T00:00:00Z',
               'restartCount':2,'lastRestartTimeUtc':'2026-01-01T10:00:00.123Z'}}}
            """));
    }

    @Test
    void holds_no_password_and_nothing_of_the_environment() {
        String text =
                report(7, DeploymentStatus.SUCCESS, Map.of("led", RUNNING)).toString();

        assertThat(text)
                .doesNotContain("s3cret", "puller", "registryCredentials", "t0ken", "TOKEN", "k3y", "createOptions");
    }

    @Test
    void says_so_before_the_first_deployment() {
        ObjectNode reported = new ReportedState(
                        "9.9",
                        "aarch64",
                        0,
                        DeploymentStatus.EMPTY,
                        Optional.empty(),
                        Map.of(),
                        STARTED,
                        Map.of(),
                        HubCondition.WELL)
                .toJson();

        assertThat(reported.at("/lastDesiredStatus/code").asInt()).isEqualTo(417);
        assertThat(reported.path("modules")).isEmpty();
        assertThat(reported.at("/systemModules/edgeAgent/runtimeStatus").asText())
                .isEqualTo("running");
        assertThat(reported.path("systemModules").has("edgeHub")).isFalse();
    }

    @Test
    void leaves_modules_out_that_it_knows_nothing_of() {
        assertThat(report(7, DeploymentStatus.SUCCESS, Map.of()).path("modules"))
                .isEmpty();
    }

    @Test
    void is_something_that_the_hub_takes_whatever_is_in_it() {
        ModuleStatus verbose = new ModuleStatus(
                RuntimeStatus.BACKOFF,
                "\u20ac".repeat(500),
                1,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());

        ObjectNode reported = report(7, DeploymentStatus.failed("\u20ac".repeat(9999)), Map.of("led", verbose));

        assertThatCode(() -> TwinPatch.validate(reported)).doesNotThrowAnyException();
    }

    @Test
    void up_to_25_modules_are_told_of_in_full_and_more_in_short() {
        assertThat(many(25, "running").path("modules").path("module-07").has("settings"))
                .isTrue();
        assertThat(many(26, "running").path("modules").path("module-07").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "runtimeStatus", "statusDescription", "exitCode", "lastStartTimeUtc", "restartCount");
    }

    @Test
    void a_hundred_modules_fit_the_32_KB_of_a_twin_s_section_whatever_is_wrong_with_them() {
        ObjectNode reported =
                many(100, "exited with 137: killed, out of memory; started again within 5 min ".repeat(9));

        assertThat(reported.path("modules")).hasSize(100);
        assertThat(reported.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(32 * 1024);
        assertThat(reported.at("/modules/module-07/statusDescription").asText())
                .startsWith("exited with 137: killed, out of memory")
                .endsWith("...");
        assertThatCode(() -> TwinPatch.validate(reported)).doesNotThrowAnyException();
    }

    @Test
    void texts_are_cut_until_the_report_fits_however_many_bytes_their_letters_have() {
        for (int count : new int[] {20, 25, 150, 200}) {
            ObjectNode reported = many(count, "\u4e2d\u6587".repeat(600));

            assertThat(reported.path("modules")).hasSize(count);
            assertThat(reported.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(32 * 1024);
        }
    }

    @Test
    void whatever_is_long_the_report_fits_and_says_how_many_modules_are_missing() {
        for (int count : new int[] {24, 60, 400, 1000}) {
            Map<String, ModuleStatus> statuses = new TreeMap<>();
            Manifest manifest = Manifest.version(7);
            for (int i = 0; i < count; i++) {
                String name = "m" + "x".repeat(60) + i;
                manifest = manifest.with(module(name).version("\ud83d\ude00".repeat(2000)));
                statuses.put(name, RUNNING);
            }
            ObjectNode desired = manifest.json();
            desired.withObject("/runtime/settings").put("loggingOptions", "y".repeat(40_000));
            desired.withObject("/systemModules/edgeHub/settings").put("image", "acr.example.io/" + "z".repeat(200));

            ObjectNode reported = new ReportedState(
                            "9.9",
                            "aarch64",
                            7,
                            DeploymentStatus.failed("\u4e2d".repeat(30_000)),
                            Optional.of(Deployment.parse(desired)),
                            statuses,
                            STARTED,
                            LARGEST_BOARD,
                            HubCondition.WELL)
                    .toJson();

            int missing = count - reported.path("modules").size();
            assertThat(reported.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(32_000);
            assertThat(missing).isGreaterThanOrEqualTo(count > 300 ? 1 : 0).isLessThan(Math.max(1, count - 150));
            if (missing > 0) {
                assertThat(reported.at("/lastDesiredStatus/description").asText())
                        .startsWith(missing + " modules are not reported, for want of room in the twin; ");
            }
        }
    }

    @Test
    void in_short_what_never_happened_is_left_out() {
        ModuleStatus fresh = new ModuleStatus(
                RuntimeStatus.UNKNOWN,
                "being created",
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());

        assertThat(many(26, fresh).at("/modules/module-07").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("runtimeStatus", "statusDescription", "exitCode");
    }

    private static ObjectNode many(int count, String description) {
        return many(
                count,
                new ModuleStatus(
                        RuntimeStatus.RUNNING,
                        description,
                        137,
                        Optional.of(STARTED),
                        description.equals("running") ? Optional.empty() : Optional.of(STARTED),
                        2,
                        Optional.of(STARTED),
                        Optional.of("sha256:" + "ab".repeat(32))));
    }

    private static ObjectNode many(int count, ModuleStatus status) {
        Map<String, ModuleStatus> statuses = new TreeMap<>();
        Manifest manifest = Manifest.version(7);
        for (int i = 0; i < count; i++) {
            String name = "module-%02d".formatted(i);
            manifest = manifest.with(module(name).image("acr.example.io/some/long/path/" + name + ":1.2.3-arm64v8"));
            statuses.put(name, status);
        }
        return new ReportedState(
                        "9.9",
                        "aarch64",
                        7,
                        DeploymentStatus.SUCCESS,
                        Optional.of(manifest.deployment()),
                        statuses,
                        STARTED,
                        LARGEST_BOARD,
                        HubCondition.WELL)
                .toJson();
    }

    @Test
    void says_in_short_what_the_board_has() {
        Map<String, String> hardware =
                Map.of("board", "Raspberry Pi 3 Model B", "i2c", "i2c-1 (bcm2835 (i2c@7e804000))");

        ObjectNode reported = new ReportedState(
                        "9.9",
                        "aarch64",
                        0,
                        DeploymentStatus.EMPTY,
                        Optional.empty(),
                        Map.of(),
                        STARTED,
                        hardware,
                        HubCondition.WELL)
                .toJson();

        assertThat(reported.at("/hardware/i2c").asText()).isEqualTo("i2c-1 (bcm2835 (i2c@7e804000))");
        assertThat(report(1, DeploymentStatus.SUCCESS, Map.of()).has("hardware"))
                .isFalse();
    }

    private static ObjectNode report(long version, DeploymentStatus status, Map<String, ModuleStatus> modules) {
        return new ReportedState(
                        "9.9",
                        "aarch64",
                        version,
                        status,
                        Optional.of(DEPLOYMENT),
                        modules,
                        STARTED,
                        Map.of(),
                        HubCondition.WELL)
                .toJson();
    }
}
