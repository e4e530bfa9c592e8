package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a device that is registered and changed, one by one and in bulk. */
@Timeout(60)
class RegistryRulesTest {
    private static final String SHA1 = "0123456789abcdef0123456789ABCDEF01234567";

    @TempDir
    private Path state;

    private Simulator hub;
    private RestClient service;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
        service = new RestClient(hub, hub.serviceToken(Duration.ofHours(1)));
        hub.createEdgeDevice("gate");
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void a_device_is_put_below_an_edge_device_and_taken_away() throws Exception {
        String scope = scope("gate");
        hub.createDevice("leaf");
        assertThat(identity("leaf").has("deviceScope")).isFalse();
        assertThat(identity("leaf").path("parentScopes")).isEmpty();

        JsonNode child = update("leaf", "{\"deviceScope\":\"" + scope + "\"}").json();

        assertThat(child.path("deviceScope").asText()).isEqualTo(scope);
        assertThat(child.path("parentScopes")).hasToString("[\"" + scope + "\"]");
        assertThat(hub.twin("leaf").path("parentScopes")).hasToString("[\"" + scope + "\"]");
        update("leaf", "{\"status\":\"disabled\"}");
        assertThat(identity("leaf").path("deviceScope").asText()).isEqualTo(scope);
        // as az removes a child: the old parentScopes are still in the body
        JsonNode alone = update("leaf", "{\"deviceScope\":\"\",\"parentScopes\":[\"" + scope + "\"]}")
                .json();
        assertThat(alone.has("deviceScope")).isFalse();
        assertThat(alone.path("parentScopes")).isEmpty();
    }

    @Test
    void an_edge_device_keeps_its_own_scope_below_another() throws Exception {
        String scope = scope("gate");
        hub.createEdgeDevice("line");
        String own = scope("line");

        JsonNode child = update("line", "{\"deviceScope\":\"" + own + "\",\"parentScopes\":[\"" + scope + "\"]}")
                .json();

        assertThat(child.path("deviceScope").asText()).isEqualTo(own);
        assertThat(child.path("parentScopes")).hasToString("[\"" + scope + "\"]");
        hub.close();
        hub = TestHub.start(state);
        assertThat(hub.identity(IdentityName.device("line")).path("parentScopes"))
                .hasToString("[\"" + scope + "\"]");
    }

    @Test
    void a_scope_that_makes_no_sense_is_refused() throws Exception {
        hub.createEdgeDevice("line");
        hub.createDevice("leaf");
        String gate = scope("gate");
        String line = scope("line");
        update("line", "{\"parentScopes\":[\"" + gate + "\"]}");
        assertScopeRefused("leaf", "{\"deviceScope\":\"ms-azure-iot-edge://gate-1\"}");
        assertScopeRefused("leaf", "{\"deviceScope\":\"anything\"}");
        assertScopeRefused("leaf", "{\"parentScopes\":[\"" + gate + "\",\"" + line + "\"]}");
        assertScopeRefused("line", "{\"deviceScope\":\"" + gate + "x\"}");
        assertScopeRefused("line", "{\"parentScopes\":[\"" + line + "\"]}");
        assertScopeRefused("gate", "{\"parentScopes\":[\"" + line + "\"]}");
        assertThat(service.send("PUT", "/devices/new", "{\"deviceScope\":\"x\"}")
                        .errorCode())
                .isEqualTo("InvalidDeviceScope");
        assertThat(service.send("GET", "/devices/new", "").status()).isEqualTo(404);
    }

    @Test
    void a_device_becomes_an_edge_device_and_no_more() throws Exception {
        hub.createDevice("porch");

        JsonNode edge = update("porch", "{\"capabilities\":{\"iotEdge\":true}}").json();

        assertThat(edge.at("/capabilities/iotEdge").asBoolean()).isTrue();
        assertThat(edge.path("deviceScope").asText()).startsWith("ms-azure-iot-edge://porch-");
        assertThat(hub.modules("porch")).containsExactly("$edgeAgent", "$edgeHub");
        update("porch", "{\"status\":\"enabled\"}");
        assertThat(identity("porch").at("/capabilities/iotEdge").asBoolean()).isTrue();
        // the body is what GET answered, with the capability switched off
        String body = edge.toString().replace("\"iotEdge\":true", "\"iotEdge\":false");
        assertThat(update("porch", body).json().has("deviceScope")).isFalse();
        assertThat(hub.modules("porch")).isEmpty();
    }

    @Test
    void empty_keys_are_new_keys_and_missing_ones_stay() throws Exception {
        String old = key("gate", "primaryKey");
        String oldSecond = key("gate", "secondaryKey");
        update("gate", "{\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"\"}}}");
        assertThat(key("gate", "primaryKey")).isNotEqualTo(old).hasSize(44);
        assertThat(key("gate", "secondaryKey")).isEqualTo(oldSecond);
    }

    @Test
    void thumbprints_without_a_type_make_a_device_self_signed() throws Exception {
        JsonNode device = service.send(
                        "PUT",
                        "/devices/cert",
                        "{\"authentication\":{\"x509Thumbprint\":{\"primaryThumbprint\":\"" + SHA1 + "\"}}}")
                .json();
        assertThat(device.at("/authentication/type").asText()).isEqualTo("selfSigned");
        assertThat(hub.twin("cert").path("authenticationType").asText()).isEqualTo("selfSigned");
        assertThat(hub.twin("cert").path("x509Thumbprint"))
                .hasToString("{\"primaryThumbprint\":\"" + SHA1 + "\",\"secondaryThumbprint\":null}");
        assertThat(hub.twin("gate", "$edgeAgent").path("x509Thumbprint"))
                .hasToString("{\"primaryThumbprint\":null,\"secondaryThumbprint\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"off\"}",
                "{\"status\":true}",
                "{\"status\":\"\"}",
                "{\"capabilities\":{\"iotEdge\":\"yes\"}}",
                "{\"authentication\":\"sas\"}",
                "{\"authentication\":{\"type\":\"password\"}}",
                "{\"authentication\":{\"type\":\"selfSigned\"}}",
                "{\"authentication\":{\"x509Thumbprint\":{\"primaryThumbprint\":\"12\"}}}",
                "{\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"no base64!\"}}}"
            })
    void what_is_no_status_key_or_thumbprint_is_refused_and_changes_nothing(String body) throws Exception {
        String before = identity("gate").toString();
        assertThat(update("gate", body).errorCode()).isEqualTo("ArgumentInvalid");
        assertThat(service.send("PUT", "/devices/new", body).errorCode()).isEqualTo("ArgumentInvalid");
        assertThat(service.send("GET", "/devices/new", "").status()).isEqualTo(404);
        assertThat(identity("gate")).hasToString(before);
    }

    @Test
    void the_status_has_the_time_of_its_last_change() throws Exception {
        assertThat(identity("gate").path("statusUpdatedTime").asText()).isEqualTo("0001-01-01T00:00:00");
        update("gate", "{\"status\":\"disabled\"}");
        String changed = identity("gate").path("statusUpdatedTime").asText();
        assertThat(changed).startsWith("20");
        update("gate", "{\"status\":\"Disabled\",\"statusReason\":\"again\"}");
        assertThat(identity("gate").path("statusUpdatedTime").asText()).isEqualTo(changed);
        assertThat(hub.twin("gate").path("statusUpdateTime").asText()).isEqualTo(changed);
    }

    @Test
    void devices_are_registered_changed_and_removed_in_bulk() throws Exception {
        String create = "[{\"id\":\"a\",\"importMode\":\"create\",\"tags\":{\"floor\":1},"
                + "\"properties\":{\"desired\":{\"x\":1}},\"capabilities\":{\"iotEdge\":true}},"
                + "{\"id\":\"a\",\"moduleId\":\"led\",\"importMode\":\"create\"}]";
        assertThat(service.send("POST", "/devices", create).text())
                .isEqualTo("{\"isSuccessful\":true,\"errors\":[],\"warnings\":[]}");
        assertThat(hub.modules("a")).containsExactly("$edgeAgent", "$edgeHub", "led");
        assertThat(hub.twin("a").at("/tags/floor").asInt()).isEqualTo(1);
        assertThat(hub.twin("a").at("/properties/desired/x").asInt()).isEqualTo(1);

        RestClient.Answer mixed = service.send(
                "POST",
                "/devices",
                "[{\"id\":\"a\",\"importMode\":\"create\"},{\"id\":\"b\",\"importMode\":\"createOrUpdate\"},"
                        + "{\"id\":\"c\",\"importMode\":\"delete\"},{\"id\":\"gate\",\"status\":\"disabled\"},"
                        + "{\"id\":\"a\",\"moduleId\":\"led\",\"importMode\":\"updateIfMatchETag\",\"eTag\":\"x\"}]");

        assertThat(mixed.status()).isEqualTo(400);
        assertThat(mixed.errorCode()).isEqualTo("BulkRegistryOperationFailure");
        assertThat(mixed.json().path("errors").findValuesAsText("errorCode"))
                .containsExactly("DeviceAlreadyExists", "DeviceNotFound", "PreconditionFailed");
        assertThat(identity("b").path("status").asText()).isEqualTo("enabled");
        assertThat(identity("gate").path("status").asText()).isEqualTo("disabled");
        service.send("POST", "/devices", "[{\"id\":\"a\",\"importMode\":\"delete\"}]");
        assertThat(service.send("GET", "/devices/a", "").status()).isEqualTo(404);
    }

    @Test
    void a_bulk_request_that_makes_no_sense_is_refused_whole() throws Exception {
        assertThat(service.send("POST", "/devices", "[{\"id\":\"a\"},{\"id\":\"a\"}]")
                        .errorCode())
                .isEqualTo("DeviceDefinedMultipleTimes");
        assertThat(service.send("POST", "/devices", "[{\"id\":\"a\"},{}]").errorCode())
                .isEqualTo("ArgumentInvalid");
        assertThat(service.send("POST", "/devices", "{}").errorCode()).isEqualTo("ArgumentInvalid");
        StringBuilder many = new StringBuilder("[{\"id\":\"a\"}");
        for (int i = 0; i < 100; i++) {
            many.append(",{\"id\":\"d").append(i).append("\"}");
        }
        assertThat(service.send("POST", "/devices", many + "]").errorCode()).isEqualTo("TooManyDevices");
        assertThat(service.send("GET", "/devices/a", "").status()).isEqualTo(404);
    }

    @Test
    void keys_are_renewed_in_bulk() throws Exception {
        hub.createModule("gate", "led");
        String primary = key("gate", "primaryKey");
        String secondary = key("gate", "secondaryKey");
        String body = "{\"policyKey\":\"%s\",\"devices\":[{\"id\":\"gate\"},{\"id\":\"gate\",\"moduleId\":\"led\"},"
                + "{\"id\":\"gate\",\"moduleId\":\"$edgeAgent\"},{\"id\":\"nobody\"}]}";

        JsonNode result = service.send("POST", "/devices/keys/regenerate", body.formatted("primaryKey"))
                .json();

        assertThat(result.path("policyKey").asText()).isEqualTo("primaryKey");
        assertThat(result.at("/rotatedKeys/0/primaryKey").asText())
                .isNotEqualTo(primary)
                .isEqualTo(key("gate", "primaryKey"));
        assertThat(key("gate", "secondaryKey")).isEqualTo(secondary);
        assertThat(result.at("/rotatedKeys/1/moduleId").asText()).isEqualTo("led");
        assertThat(result.path("errors").findValuesAsText("errorCode"))
                .containsExactly("ArgumentInvalid", "DeviceNotFound");
        assertThat(service.send("POST", "/devices/keys/regenerate", body.formatted("swap"))
                        .errorCode())
                .isEqualTo("InvalidPolicyKey");
    }

    private void assertScopeRefused(String device, String body) throws Exception {
        RestClient.Answer answer = update(device, body);
        assertThat(answer.status()).as(body).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("InvalidDeviceScope");
    }

    private RestClient.Answer update(String device, String body) throws Exception {
        return service.send("PUT", "/devices/" + device, body, "If-Match", "*");
    }

    private JsonNode identity(String device) throws Exception {
        return service.send("GET", "/devices/" + device, "").json();
    }

    private String scope(String device) throws Exception {
        return identity(device).path("deviceScope").asText();
    }

    private String key(String device, String name) throws Exception {
        return identity(device).at("/authentication/symmetricKey").path(name).asText();
    }
}
