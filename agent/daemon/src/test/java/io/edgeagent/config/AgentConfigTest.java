package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
    private static final String DEVICE = "HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl";
    private static final String OTHER = "HostName=hub.example.net;DeviceId=other;SharedAccessKey=b3RoZXI=";
    private static final String SERVICE =
            "HostName=hub.example.net;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VydmljZQ==";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void there_is_no_file_yet() {
        file = folder.resolve("config.toml");
    }

    @Test
    void the_environment_alone_is_enough() {
        AgentConfig config = load(Map.of("CONNECTION_STRING", DEVICE));

        assertThat(deviceId(config)).isEqualTo("board");
        assertThat(config.stateFolder()).isEqualTo(Path.of("/var/lib/edge-agent"));
        assertThat(config.engineUri()).isEqualTo("unix:///var/run/docker.sock");
        assertThat(config.network().name()).isEqualTo("azure-iot-edge");
        assertThat(config.trustBundle()).isEmpty();
    }

    /** As IoT Edge's own installation guide writes it, with the sections that we do not read. */
    @Test
    void reads_a_config_toml_of_iot_edge() throws IOException {
        write("""
                hostname = "board.local"
                parent_hostname = "parent"
                trust_bundle_cert = "file:///etc/ssl/root.pem"
                allow_elevated_docker_permissions = true

                [provisioning]
                source = "manual"
                connection_string = "%s"

                [agent]
                name = "edgeAgent"
                type = "docker"
                imagePullPolicy = "on-create"

                [agent.config]
                image = "mcr.microsoft.com/azureiotedge-agent:1.5"
                createOptions = { HostConfig = { Binds = ["/iotedge/storage:/iotedge/storage"] } }

                [agent.env]
                RuntimeLogLevel = "debug"

                [connect]
                workload_uri = "unix:///var/run/iotedge/workload.sock"

                [watchdog]
                max_retries = "infinite"

                [moby_runtime]
                uri = "unix:///run/user/docker.sock"
                network = "my-network"

                [[moby_runtime.content_trust.ca_certs]]
                "a.azurecr.io" = "file:///x.pem"
                """.formatted(DEVICE));

        AgentConfig config = load(Map.of());

        assertThat(deviceId(config)).isEqualTo("board");
        assertThat(config.engineUri()).isEqualTo("unix:///run/user/docker.sock");
        assertThat(config.network().name()).isEqualTo("my-network");
        assertThat(config.trustBundle()).contains(Path.of("/etc/ssl/root.pem"));
        assertThat(config.parent()).contains("parent");
    }

    @Test
    void the_network_may_be_a_table_as_iot_edge_allows() throws IOException {
        write("[provisioning]\nconnection_string = '" + DEVICE
                + "'\n[moby_runtime.network]\nname = 'lan'\nipv6 = true\n");

        assertThat(load(Map.of()).network().name()).isEqualTo("lan");
    }

    @Test
    void the_environment_wins_over_the_file() throws IOException {
        write("trust_bundle_cert = '/a.pem'\n[provisioning]\nconnection_string = '" + DEVICE
                + "'\n[moby_runtime]\nuri = 'unix:///a.sock'\nnetwork = 'a'\n");

        AgentConfig config = load(Map.of(
                "CONNECTION_STRING", OTHER,
                "EDGE_AGENT_ENGINE", "unix:///b.sock",
                "EDGE_AGENT_NETWORK", "b",
                "EDGE_AGENT_TRUST_BUNDLE", "/b.pem",
                "EDGE_AGENT_STATE", "/b"));

        assertThat(deviceId(config)).isEqualTo("other");
        assertThat(config.engineUri()).isEqualTo("unix:///b.sock");
        assertThat(config.network().name()).isEqualTo("b");
        assertThat(config.trustBundle()).contains(Path.of("/b.pem"));
        assertThat(config.stateFolder()).isEqualTo(Path.of("/b"));
    }

    @Test
    void an_empty_variable_counts_as_unset() throws IOException {
        write("[provisioning]\nconnection_string = '" + DEVICE + "'\n");

        AgentConfig config = load(Map.of(
                "CONNECTION_STRING",
                "",
                "EDGE_AGENT_ENGINE",
                " ",
                "EDGE_AGENT_STATE",
                "",
                "EDGE_AGENT_TRUST_BUNDLE",
                ""));

        assertThat(deviceId(config)).isEqualTo("board");
        assertThat(config.engineUri()).isEqualTo("unix:///var/run/docker.sock");
        assertThat(config.stateFolder()).isEqualTo(Path.of("/var/lib/edge-agent"));
        assertThat(config.trustBundle()).isEmpty();
    }

    @Test
    void docker_host_is_used_where_nothing_else_names_the_engine() throws IOException {
        Map<String, String> environment = Map.of("CONNECTION_STRING", DEVICE, "DOCKER_HOST", "unix:///d.sock");
        assertThat(load(environment).engineUri()).isEqualTo("unix:///d.sock");

        write("[moby_runtime]\nuri = 'unix:///f.sock'\n");

        assertThat(load(environment).engineUri()).isEqualTo("unix:///f.sock");
    }

    @Test
    void an_option_of_the_command_line_wins_over_all() {
        AgentConfig config = AgentConfig.load(
                file,
                Optional.of(Path.of("/option")),
                Map.of("CONNECTION_STRING", DEVICE, "EDGE_AGENT_STATE", "/variable"));

        assertThat(config.stateFolder()).isEqualTo(Path.of("/option"));
    }

    @Test
    void without_a_connection_string_it_says_where_to_put_one() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of()))
                .withMessageContaining("connection_string in [provisioning] of " + file)
                .withMessageContaining("CONNECTION_STRING");
    }

    @Test
    void a_service_string_is_refused_without_repeating_its_key() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of("CONNECTION_STRING", SERVICE)))
                .withMessageContaining("iothubowner")
                .withMessageContaining("use the device's own")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("c2VydmljZQ"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tcp://10.0.0.1:2375", "/var/run/docker.sock", "unix://docker.sock", "npipe:////./pipe/docker"})
    void an_engine_that_is_no_local_socket_is_refused(String engine) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of("CONNECTION_STRING", DEVICE, "EDGE_AGENT_ENGINE", engine)))
                .withMessageContaining(engine)
                .withMessageContaining("unix:///path/of/docker.sock");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection_string = \"s3cret\" oops",
                "[provisioning\nconnection_string = \"s3cret\"",
                "s3cret",
                "a = \"s3cret",
                "a = 'x'\na = 's3cret'",
                "a = 99999999999999999999999999\nb = s3cret"
            })
    void toml_that_is_none_is_told_by_line_without_quoting_it(String text) throws IOException {
        write(text);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of()))
                .withMessageContaining(file + " is not valid TOML at line ")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException {
        Files.createDirectory(file);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of("CONNECTION_STRING", DEVICE)))
                .withMessageContaining("cannot read " + file);
        Files.delete(file);
        Files.write(file, "a = '\u00e9'".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of("CONNECTION_STRING", DEVICE)))
                .withMessageContaining("cannot read " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "provisioning = 5", "[provisioning]\nconnection_string = 5"})
    void a_file_that_says_nothing_is_no_hindrance(String text) throws IOException {
        write(text);

        assertThat(deviceId(load(Map.of("CONNECTION_STRING", DEVICE)))).isEqualTo("board");
    }

    @Test
    void never_prints_the_key() {
        assertThat(load(Map.of("CONNECTION_STRING", DEVICE)).toString()).doesNotContain("ZGV2aWNl");
    }

    @Test
    void names_everything_that_is_wrong_at_once() throws IOException {
        write("""
                refused_options = ["privileged", "all of it"]
                [provisioning]
                source = "dps"
                [moby_runtime]
                uri = "tcp://10.0.0.1:2375"
                [update]
                strategy = "roll back"
                settle = "soon"
                [logs]
                max_size = "big"
                max_files = 0
                [disk]
                min_free_mb = "some"
                """);

        assertThat(AgentConfig.check(file, Map.of()).errors())
                .hasSize(8)
                .anyMatch(error -> error.contains("provisioning.attestation.method is missing"))
                .anyMatch(error -> error.contains("\"all of it\"") && error.contains("cgroup-parent"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(Map.of()))
                .withMessageContaining("update.settle")
                .withMessageContaining("disk.min_free_mb");
    }

    @Test
    void warns_of_what_it_does_not_know_or_need_without_repeating_values() throws IOException {
        write("""
                cloud_retries = 2
                conection = "s3cret"
                [provisioning]
                connection_string = "%s"
                [moby_runtime]
                netwrok = "s3cret"
                [edge_ca.auto_renew]
                threshold = "80%%"
                """.formatted(DEVICE));

        Findings findings = AgentConfig.check(file, Map.of());

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.warnings())
                .hasSize(4)
                .anyMatch(warning -> warning.startsWith("conection is not a setting"))
                .anyMatch(warning -> warning.startsWith("moby_runtime.netwrok is not a setting"))
                .anyMatch(warning -> warning.startsWith("edge_ca.auto_renew has no effect"))
                .noneMatch(warning -> warning.contains("s3cret"));
    }

    @Test
    void reads_a_device_with_a_sas_key_as_iot_edge_writes_it() throws IOException {
        Path key = Files.write(folder.resolve("device.key"), "device".getBytes(StandardCharsets.US_ASCII));
        String section = """
                [provisioning]
                source = "manual"
                iothub_hostname = "hub.example.net"
                device_id = "board"
                [provisioning.authentication]
                method = "sas"
                device_id_pk = { %s }
                """;
        for (String given : List.of("value = 'ZGV2aWNl'", "uri = 'file://" + key + "'")) {
            write(section.formatted(given));

            assertThat(load(Map.of()).device())
                    .isEqualTo(new DeviceConfig.Manual(
                            "hub.example.net", "board", new DeviceConfig.Key(SharedKey.fromBase64("ZGV2aWNl"))));
        }
        write(section.formatted("value = 'no base64!'"));
        assertThat(AgentConfig.check(file, Map.of()).errors())
                .singleElement()
                .asString()
                .startsWith("provisioning.authentication.device_id_pk.value:")
                .doesNotContain("no base64!");
    }

    @Test
    void a_credential_of_systemd_goes_before_the_file() throws IOException {
        write("[provisioning]\nconnection_string = '" + OTHER + "'\n");
        Files.writeString(folder.resolve("connection_string"), DEVICE + "\n");

        assertThat(deviceId(load(Map.of("CREDENTIALS_DIRECTORY", folder.toString()))))
                .isEqualTo("board");
    }

    private static String deviceId(AgentConfig config) {
        return ((DeviceConfig.Manual) config.device()).deviceId();
    }

    private AgentConfig load(Map<String, String> environment) {
        return AgentConfig.load(file, Optional.empty(), environment);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
