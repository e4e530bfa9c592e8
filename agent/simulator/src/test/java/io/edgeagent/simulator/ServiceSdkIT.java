package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationContent;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationsClient;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubConflictException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubGatewayTimeoutException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubTooManyRequestsException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubUnauthorizedException;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodRequestOptions;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodsClient;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.TwinQueryResponse;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.DeviceStatus;
import com.microsoft.azure.sdk.iot.service.registry.Module;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import com.microsoft.azure.sdk.iot.service.twin.DeviceCapabilities;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's service SDK for Java, unmodified. */
@Timeout(120)
class ServiceSdkIT {
    @TempDir
    private Path state;

    private Simulator hub;
    private String service;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.startForSdks(state);
        service = hub.serviceConnectionString();
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void an_edge_device_comes_with_its_system_modules() throws Exception {
        RegistryClient registry = new RegistryClient(service);
        Device created = registry.addDevice(edge("porch"));
        assertThat(created.getGenerationId()).matches("\\d+");
        assertThat(created.getCapabilities().isIotEdge()).isTrue();
        assertThat(created.getScope()).startsWith("ms-azure-iot-edge://porch-");
        assertThat(registry.getModulesOnDevice("porch"))
                .extracting(Module::getId)
                .containsExactly("$edgeAgent", "$edgeHub");
        assertThatThrownBy(() -> registry.addDevice(edge("porch"))).isInstanceOf(IotHubConflictException.class);
    }

    @Test
    void devices_are_read_changed_and_removed() throws Exception {
        RegistryClient registry = new RegistryClient(service);
        Device device = registry.addDevice(new Device("porch"));
        assertThat(registry.getDevice("porch").getPrimaryKey()).isEqualTo(device.getPrimaryKey());
        device.setStatus(DeviceStatus.Disabled);
        assertThat(registry.updateDevice(device).getStatus()).isEqualTo(DeviceStatus.Disabled);
        registry.removeDevice("porch");
        assertThatThrownBy(() -> registry.getDevice("porch")).isInstanceOf(IotHubNotFoundException.class);
    }

    @Test
    void modules_are_added_read_changed_and_removed() throws Exception {
        RegistryClient registry = new RegistryClient(service);
        registry.addDevice(edge("porch"));
        Module module = registry.addModule(new Module("porch", "led"));
        assertThatThrownBy(() -> registry.addModule(new Module("porch", "led")))
                .isInstanceOf(IotHubConflictException.class);
        assertThat(registry.getModule("porch", "led").getPrimaryKey()).isEqualTo(module.getPrimaryKey());
        assertThat(registry.updateModule(module).getETag()).isNotEqualTo(module.getETag());
        registry.removeModule("porch", "led");
        assertThatThrownBy(() -> registry.getModule("porch", "led")).isInstanceOf(IotHubNotFoundException.class);
    }

    @Test
    void twins_are_patched_and_replaced() throws Exception {
        hub.createDevice("porch");
        TwinClient twins = new TwinClient(service);
        Twin change = new Twin("porch");
        change.getDesiredProperties().put("interval", 5);
        change.getTags().put("floor", "ground");
        Twin patched = twins.patch(change);
        assertThat(patched.getDesiredProperties()).containsKey("interval");
        assertThat(patched.getDesiredProperties().getVersion()).isEqualTo(2);
        assertThat(patched.getTags()).containsEntry("floor", "ground");
        Twin other = new Twin("porch");
        other.getDesiredProperties().put("color", "red");
        assertThat(twins.replace(other).getDesiredProperties())
                .containsKey("color")
                .doesNotContainKey("interval");
        assertThat(twins.patch(other, twins.get("porch").getETag()).getDesiredProperties())
                .containsKey("color");
        assertThatThrownBy(() -> twins.patch(other, "AAAAAAAAAGM="))
                .isInstanceOf(IotHubPreconditionFailedException.class);
    }

    @Test
    void a_manifest_sets_twins_and_registers_modules_without_keys() throws Exception {
        hub.createEdgeDevice("porch");
        ConfigurationContent content = new ConfigurationContent();
        content.setModulesContent(Map.of(
                "$edgeAgent", Map.of("properties.desired", Map.of("schemaVersion", "1.1")),
                "led", Map.of("properties.desired", Map.of("color", "red"))));
        new ConfigurationsClient(service).applyConfigurationContentOnDevice("porch", content);
        assertThat(hub.twin("porch", "$edgeAgent")
                        .at("/properties/desired/schemaVersion")
                        .asText())
                .isEqualTo("1.1");
        assertThat(hub.twin("porch", "led").at("/properties/desired/color").asText())
                .isEqualTo("red");
        assertThat(hub.identity(IdentityName.module("porch", "led"))
                        .at("/authentication/type")
                        .asText())
                .isEqualTo("none");
    }

    @Test
    void a_method_of_a_module_is_called() throws Exception {
        hub.createEdgeDevice("porch");
        ModuleClient module = new ModuleClient(
                hub.createModule("porch", "led"),
                IotHubClientProtocol.MQTT,
                ClientOptions.builder().sslContext(TestHub.trust()).build());
        module.open(false);
        module.subscribeToMethods(
                (method, payload, context) -> new com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse(
                        200, payload.getPayload(Map.class)),
                null,
                5_000);
        DirectMethodResponse answer = new DirectMethodsClient(service)
                .invoke(
                        "porch",
                        "led",
                        "blink",
                        DirectMethodRequestOptions.builder()
                                .payload(Map.of("times", "3"))
                                .build());
        module.close();
        assertThat(answer.getStatus()).isEqualTo(200);
        assertThat(answer.getPayloadAsJsonString()).isEqualTo("{\"times\":\"3\"}");
    }

    @Test
    void calling_who_is_not_there_or_does_not_answer_fails_in_time() throws Exception {
        hub.createEdgeDevice("porch");
        DirectMethodsClient methods = new DirectMethodsClient(service);
        DirectMethodRequestOptions quick = DirectMethodRequestOptions.builder()
                .methodConnectTimeoutSeconds(0)
                .methodResponseTimeoutSeconds(5)
                .build();
        assertThatThrownBy(() -> methods.invoke("porch", "blink", quick))
                .isInstanceOf(IotHubNotFoundException.class)
                .hasMessageContaining("Timed out waiting for device to connect.");
        try (MqttPeer silent = MqttPeer.connect(hub, hub.createModule("porch", "led"))) {
            silent.subscribe("$iothub/methods/POST/#");
            assertThatThrownBy(() -> methods.invoke("porch", "led", "blink", quick))
                    .isInstanceOf(IotHubGatewayTimeoutException.class);
        }
    }

    @Test
    void twins_are_found_by_query_page_by_page() throws Exception {
        for (String id : List.of("a", "b", "c")) {
            hub.createDevice(id);
        }
        hub.createEdgeDevice("porch");
        QueryClient queries = new QueryClient(service);
        assertThat(ids(queries.queryTwins("SELECT * FROM devices WHERE capabilities.iotEdge = true")))
                .containsExactly("porch");
        assertThat(ids(queries.queryTwins(
                        "SELECT * FROM devices.modules WHERE deviceId = 'porch' AND moduleId = '$edgeHub'")))
                .containsExactly("porch");
        var pages = com.microsoft.azure.sdk.iot.service.query.QueryPageOptions.builder()
                .pageSize(3)
                .build();
        assertThat(ids(queries.queryTwins("SELECT * FROM devices", pages))).containsExactly("a", "b", "c", "porch");
    }

    @Test
    void a_wrong_key_is_refused_and_a_throttled_hub_says_so() throws Exception {
        String wrong = service.replaceFirst("SharedAccessKey=.*", "SharedAccessKey=AAAA");
        assertThatThrownBy(() -> new RegistryClient(wrong).getDevice("porch"))
                .isInstanceOf(IotHubUnauthorizedException.class);
        hub.faults(HubJson.object().put("throttle", true));
        assertThatThrownBy(() -> new RegistryClient(service).getDevice("porch"))
                .isInstanceOf(IotHubTooManyRequestsException.class);
    }

    private static List<String> ids(TwinQueryResponse response) throws Exception {
        List<String> ids = new ArrayList<>();
        while (response.hasNext()) {
            ids.add(response.next().getDeviceId());
        }
        return ids;
    }

    private static Device edge(String id) {
        Device device = new Device(id);
        DeviceCapabilities capabilities = new DeviceCapabilities();
        capabilities.setIotEdge(true);
        device.setCapabilities(capabilities);
        return device;
    }
}
