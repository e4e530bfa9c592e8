package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files as people have them, with what they leave empty, and those of IoT Edge 1.1. */
class IotEdgeCorpusTest {
    private static final DeviceConfig.Key KEY = new DeviceConfig.Key(SharedKey.fromBase64("ZGV2aWNl"));

    @TempDir
    static Path iotEdge;

    @TempDir
    Path ours;

    @BeforeAll
    static void there_are_certificates() {
        OpenSsl openSsl = new OpenSsl(iotEdge);
        for (String name : List.of("root", "identity", "edge-ca")) {
            openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=" + name
                    + " -addext keyUsage=keyCertSign -keyout " + name + ".key -out " + name + ".pem");
        }
    }

    @Test
    void what_is_empty_counts_as_absent() throws IOException {
        assertThat(check("manual-empty-tables-1.2").errors()).isEmpty();
        assertThat(check("manual-empty-tables-1.2").warnings())
                .as("only what has a value is named")
                .allMatch(warning -> warning.matches("(agent\\.(name|type|config)|connect|listen) has no effect.*"));
        assertThat(load("manual-empty-tables-1.2").trustBundle()).isEmpty();
        assertThat(load("manual-empty-tables-1.2").network().name()).isEqualTo("azure-iot-edge");

        assertThat(check("manual-empty-keys-1.5").errors()).isEmpty();
        assertThat(load("manual-empty-keys-1.5").device())
                .isEqualTo(new DeviceConfig.Manual("hub.example.net", "mill%20(2)", KEY));
        assertThat(load("manual-empty-keys-1.5").network()).isEqualTo(NetworkConfig.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[aziot_keys]\npkcs11_lib_path = '/usr/lib/p11.so'", "parent_hostname = 'up per'"})
    void what_has_a_value_is_refused_as_before(String setting) throws IOException {
        Path file = ours.resolve("config.toml");
        Files.writeString(file, setting.startsWith("[") ? connection() + setting : setting + "\n" + connection());

        assertThat(AgentConfig.check(file, Map.of()).errors()).hasSize(1);
    }

    @Test
    void a_module_network_with_addresses_of_its_own_is_understood() throws IOException {
        assertThat(check("manual-network-1.6").errors()).isEmpty();
        assertThat(check("manual-network-1.6").warnings()).isEmpty();
        assertThat(load("manual-network-1.6").network())
                .isEqualTo(new NetworkConfig(
                        "quay-net",
                        true,
                        List.of(
                                new NetworkConfig.Pool(
                                        Optional.of("172.30.0.0/16"),
                                        Optional.of("172.30.0.1"),
                                        Optional.of("172.30.8.0/24")),
                                new NetworkConfig.Pool(
                                        Optional.of("fd00:30::/64"), Optional.of("fd00:30::1"), Optional.empty()))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network = 5|neither a name",
                "network = { name = 'a b' }|moby_runtime.network is \"a b\"",
                "network = { ipv6 = 'yes' }|moby_runtime.network.ipv6 is neither true nor false",
                "network = { ipam = { config = { subnet = '10.0.0.0/8' } } }|is not a list",
                "network = { ipam = { config = [ { subnet = '10.0.0.0' } ] } }|ipam.config.subnet is \"10.0.0.0\"",
                "network = { ipam = { config = [ { gateway = 'router' } ] } }|ipam.config.gateway is \"router\""
            })
    void says_what_is_wrong_with_a_network(String setting, String text) throws IOException {
        Path file = ours.resolve("config.toml");
        Files.writeString(file, connection() + "[moby_runtime]\n" + setting);

        assertThat(AgentConfig.check(file, Map.of()).errors())
                .singleElement()
                .asString()
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource({
        "network = { nam = 'x' }, moby_runtime.network.nam",
        "network = { ipam = { driver = 'x' } }, moby_runtime.network.ipam.driver",
        "network = { ipam = { config = [ { subnets = 'x' } ] } }, moby_runtime.network.ipam.config.subnets"
    })
    void keys_below_a_network_are_looked_at(String setting, String key) throws IOException {
        Path file = ours.resolve("config.toml");
        Files.writeString(file, connection() + "[moby_runtime]\n" + setting);

        assertThat(AgentConfig.check(file, Map.of()).warnings())
                .singleElement()
                .asString()
                .startsWith(key + " is not a setting that edge-agent knows");
    }

    @Test
    void a_proxy_in_the_agents_environment_counts_and_its_password_is_not_repeated() throws IOException {
        Findings findings = check("dps-proxy-1.4");

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.warnings())
                .anyMatch(warning -> warning.startsWith("UpstreamProtocol AmqpWs means MQTT over WebSocket here"))
                .noneMatch(warning -> warning.contains("agent.env.https_proxy"))
                .noneMatch(warning -> warning.contains("p%40ss"));
        assertThat(load("dps-proxy-1.4").upstream()).containsOnlyKeys("https_proxy", "no_proxy", "UpstreamProtocol");
    }

    @Test
    void a_proxy_that_cannot_be_one_is_refused_without_repeating_it() throws IOException {
        Path file = ours.resolve("config.toml");
        Files.writeString(file, connection());

        assertThat(AgentConfig.check(file, Map.of("HTTPS_PROXY", "socks5://u:s3cret@proxy:1080"))
                        .errors())
                .singleElement()
                .asString()
                .contains("https_proxy starts with socks5://, which is not supported")
                .doesNotContain("s3cret");
    }

    @Test
    void the_file_goes_over_the_environment_variable_by_variable() throws IOException {
        Path file = ours.resolve("config.toml");
        Files.writeString(file, connection() + "[agent.env]\nhttps_proxy = 'http://of-file:1'\nno_proxy = ''\n");

        assertThat(AgentConfig.load(
                                file,
                                Optional.empty(),
                                Map.of("HTTPS_PROXY", "http://of-service:2", "NO_PROXY", "x.example"))
                        .upstream())
                .isEqualTo(Map.of("https_proxy", "http://of-file:1", "no_proxy", "x.example"));
    }

    @Test
    void est_is_named_and_a_parent_is_taken() throws IOException {
        Findings findings = check("refused-nested-est-1.3");

        assertThat(findings.errors())
                .noneMatch(error -> error.contains("parent"))
                .anyMatch(error -> error.startsWith(
                        "provisioning.authentication.identity_cert asks for a certificate" + " from an EST server"))
                .anyMatch(error -> error.startsWith("edge_ca.method is \"est\""))
                .noneMatch(error -> error.contains("s3cret"));
        assertThat(findings.warnings())
                .anyMatch(warning -> warning.startsWith("cert_issuance"))
                .anyMatch(warning -> warning.startsWith("watchdog"))
                .noneMatch(warning -> warning.contains("check its spelling"))
                .noneMatch(warning -> warning.contains("s3cret"));
    }

    @ParameterizedTest
    @CsvSource({"config-manual-1.1, 0", "config-dps-1.1, 3", "config-x509-1.1, 2"})
    void the_settings_of_iot_edge_1_1_are_taken_over(String name, int files) throws IOException {
        Path source = Files.writeString(ours.resolve("config.yaml"), text(name + ".yaml"));
        Path target = ours.resolve("config.toml");
        IotEdgeImport settings = new IotEdgeImport(source, target);

        assertThat(settings.check().errors()).isEmpty();
        assertThat(settings.run().files()).hasSize(files);

        assertThat(AgentConfig.check(target, Map.of()).errors()).isEmpty();
        AgentConfig config = AgentConfig.load(target, Optional.empty(), Map.of());
        switch (name) {
            case "config-manual-1.1" ->
                assertThat(config.device()).isEqualTo(new DeviceConfig.Manual("hub.example.net", "old-board", KEY));
            case "config-dps-1.1" -> {
                DeviceConfig.Dps device = (DeviceConfig.Dps) config.device();
                assertThat(device.idScope()).isEqualTo("0ne00123ABC");
                assertThat(device.registrationId()).isEqualTo("press-3");
                assertThat(device.again()).isEqualTo(DeviceConfig.Reprovisioning.ALWAYS_ON_STARTUP);
                assertThat(config.certificates().files()).isPresent();
                assertThat(config.trustBundle()).contains(ours.resolve("secrets/root.pem"));
                assertThat(config.upstream()).containsKeys("https_proxy", "UpstreamProtocol");
                assertThat(Files.readString(target)).doesNotContain("s3cret");
            }
            default ->
                assertThat(config.device().proof())
                        .isEqualTo(new DeviceConfig.CertificateFiles(
                                ours.resolve("secrets/identity.pem"), ours.resolve("secrets/identity.key")));
        }
    }

    @Test
    void where_yaml_is_given_as_the_settings_the_import_is_named() throws IOException {
        Path file = Files.writeString(ours.resolve("config.yaml"), text("config-manual-1.1.yaml"));

        assertThat(AgentConfig.check(file, Map.of()).errors())
                .singleElement()
                .asString()
                .contains("is YAML, as config.yaml of IoT Edge 1.1", "config import --from " + file)
                .doesNotContain("ZGV2aWNl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provisioning:\n  - source: manual",
                "provisioning: { source: manual }",
                "provisioning:\n  source: |\n    manual",
                "provisioning:\n  source: \"manual\n",
                "provisioning:\n    source: manual\n  other: x"
            })
    void yaml_of_another_form_is_refused_with_its_line(String yaml) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> OldConfig.toToml(yaml))
                .withMessageMatching("line [123] of config.yaml is written in a way that is not understood here.*");
    }

    private static String connection() {
        return "[provisioning]\nconnection_string = 'HostName=hub.example.net;DeviceId=d;SharedAccessKey=ZGV2aWNl'\n";
    }

    private Findings check(String name) throws IOException {
        return AgentConfig.check(file(name), Map.of());
    }

    private AgentConfig load(String name) throws IOException {
        return AgentConfig.load(file(name), Optional.empty(), Map.of());
    }

    private Path file(String name) throws IOException {
        return Files.writeString(ours.resolve(name + ".toml"), text(name + ".toml"));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = IotEdgeCorpusTest.class.getResourceAsStream("/iot-edge/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("DIR", iotEdge.toString());
        }
    }
}
