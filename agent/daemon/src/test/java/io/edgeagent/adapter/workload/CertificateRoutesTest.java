package io.edgeagent.adapter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.Workload;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.Clock;
import io.edgeagent.x509.OpenSsl;
import io.edgeagent.x509.PemFiles;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRoutesTest {
    private static final ModuleIdentity LED = new ModuleIdentity("led", "637");
    private static final ModuleIdentity BUTTON = new ModuleIdentity("Button_1", "638");
    private static final KeyStore KEYS = () -> SharedKey.of(new byte[] {1, 2, 3});
    private static final String V = "?api-version=2018-06-28";

    private final EdgeCa ca = TestCertificates.ca();

    @TempDir
    private Path folder;

    private WorkloadServer server;
    private OpenSsl openSsl;

    @BeforeEach
    void open() throws IOException {
        openSsl = new OpenSsl(folder);
        Files.writeString(folder.resolve("bundle.pem"), ca.trusted());
        IdentityRegistry nobody = (IdentityRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IdentityRegistry.class}, (proxy, method, args) -> {
                    throw new AssertionError("the hub is not asked");
                });
        server = new WorkloadServer(
                new SocketFolders(folder.resolve("w")),
                new Workload(new Identities(nobody, KEYS), KEYS, TestCertificates.modules(ca), ca::trusted),
                new UpdateLocks(Clock.SYSTEM, UpdateLockStore.NONE));
        assertThat(server.follow(List.of(LED, BUTTON))).isTrue();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2018-06-28", "2019-01-30", "2019-10-22", "2019-11-05", "2020-07-07", "2021-12-07", "2022-08-03"
            })
    void a_server_certificate_is_what_iot_edge_gives(String version) throws IOException {
        String answer = post(
                led(),
                "/modules/led/genid/637/certificate/server?api-version=" + version,
                "{\"commonName\":\"board.local\",\"expiration\":\"2126-11-21T10:00:00+00:00\"}");

        assertThat(answer).startsWith("HTTP/1.1 201 Created\r\n");
        JsonNode json = json(answer);
        assertThat(json.path("privateKey").path("type").asText()).isEqualTo("key");
        assertThat(json.path("privateKey").path("bytes").asText())
                .startsWith("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END PRIVATE KEY-----\n");
        assertThat(Instant.parse(json.path("expiration").asText()))
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(30)));
        write(json);
        assertThat(PemFiles.credential(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                        .chain())
                .hasSize(2);
        for (String name : List.of("board.local", "led")) {
            assertThat(openSsl.run("verify -x509_strict -purpose sslserver -verify_hostname " + name
                            + " -CAfile bundle.pem -untrusted chain.pem chain.pem"))
                    .contains("chain.pem: OK");
        }
        assertThat(openSsl.run("x509 -in chain.pem -noout -subject")).contains("CN = board.local");
    }

    @Test
    void an_identity_certificate_says_whose_it_is() throws IOException {
        for (String path :
                List.of("/modules/led/certificate/identity", "/modules/led/genid/637/certificate/identity")) {
            for (String body : List.of("", "{}", "{\"expiration\":\"2026-12-01T00:00:00Z\"}")) {
                String answer = post(led(), path + V, body);
                assertThat(answer).startsWith("HTTP/1.1 201 Created\r\n");
                write(json(answer));
                assertThat(openSsl.run("verify -x509_strict -purpose sslclient -CAfile bundle.pem -untrusted chain.pem"
                                + " chain.pem"))
                        .contains("chain.pem: OK");
                assertThat(openSsl.run("x509 -in chain.pem -noout -text"))
                        .contains(
                                "Subject: CN = led",
                                "TLS Web Client Authentication",
                                "URI:azureiot://hub.azure-devices.net/devices/board/modules/led");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"led", "LED", "led.azure-iot-edge", "Board.local", "10.1.2.3"})
    void a_module_may_serve_under_its_own_names_and_those_of_the_device(String commonName) throws IOException {
        assertThat(post(
                        led(),
                        "/modules/led/genid/637/certificate/server" + V,
                        "{\"commonName\":\"" + commonName + "\"}"))
                .startsWith("HTTP/1.1 201 Created\r\n");
    }

    @Test
    void an_address_is_a_name_too() throws IOException {
        write(json(post(led(), "/modules/led/genid/637/certificate/server" + V, "{\"commonName\":\"10.1.2.3\"}")));

        assertThat(openSsl.run("verify -verify_ip 10.1.2.3 -CAfile bundle.pem -untrusted chain.pem chain.pem"))
                .contains("chain.pem: OK");
    }

    @ParameterizedTest
    @CsvSource({
        "Button_1, another module",
        "button_1, another module",
        "edgeHub, another module",
        "EDGEAGENT, another module",
        "button_1.azure-iot-edge, another module",
        "edgehub.azure-iot-edge, another module",
        "led.azure-iot-edge.azure-iot-edge, neither a name of this module",
        "*.azure-iot-edge, neither a name of this module",
        "*.led.azure-iot-edge, neither a name of this module",
        "*.local, neither a name of this module",
        "www.example.com, neither a name of this module",
        "10.1.2.4, neither a name of this module",
        "::1, neither a name of this module",
        "hub.azure-devices.net, IoT Hub",
        "*.azure-devices.net, IoT Hub"
    })
    void no_module_gets_a_certificate_of_somebody_else(String commonName, String text) throws IOException {
        assertThat(post(
                        led(),
                        "/modules/led/genid/637/certificate/server" + V,
                        "{\"commonName\":\"" + commonName + "\"}"))
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .contains(text)
                .doesNotContain("PRIVATE KEY");
    }

    @ParameterizedTest
    @CsvSource({
        "/modules/Button_1/genid/637/certificate/server, 403",
        "/modules/%24edgeHub/genid/637/certificate/server, 403",
        "/modules/Button_1/certificate/identity, 403",
        "/modules/led/genid/637/certificate/other, 404",
        "/modules/led/other/637/certificate/server, 404",
        "/modules/led/genid/certificate/server, 404"
    })
    void a_module_acts_as_itself_on_known_paths_only(String path, int status) throws IOException {
        assertThat(post(led(), path + V, "{\"commonName\":\"x\"}"))
                .startsWith("HTTP/1.1 " + status + " ")
                .doesNotContain("PRIVATE KEY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|422",
                "''|422",
                "{\"commonName\":1}|422",
                "{\"commonName\":\"\"}|400",
                "{\"commonName\":\"a b\"}|400",
                "{\"commonName\":\"a,CN=b\"}|400",
                "{\"commonName\":\"a\\u0000b\"}|400"
            })
    void bad_names_are_refused(String body, int status) throws IOException {
        assertThat(post(led(), "/modules/led/genid/637/certificate/server" + V, body))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void only_post_makes_a_certificate() throws IOException {
        assertThat(WorkloadClient.get(led(), "/modules/led/genid/637/certificate/server" + V))
                .startsWith("HTTP/1.1 400 ")
                .contains("method not allowed");
    }

    private Path led() {
        return folder.resolve("w/led/workload.sock");
    }

    private static String post(Path socket, String target, String body) throws IOException {
        return WorkloadClient.post(socket, target, body);
    }

    private void write(JsonNode json) throws IOException {
        Files.writeString(folder.resolve("chain.pem"), json.path("certificate").asText());
        Files.writeString(
                folder.resolve("key.pem"), json.path("privateKey").path("bytes").asText());
    }

    private static JsonNode json(String answer) throws IOException {
        return Json.MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
