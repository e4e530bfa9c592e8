package io.edgeagent.reconcile;

import static io.edgeagent.fake.Manifest.json;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ParentHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerRecipeTest {
    private static final ContainerRecipe RECIPE = new ContainerRecipe("hub.example.net", "board-1", "azure-iot-edge");

    private static final Optional<ContainerRecipe.Gateway> HUB =
            Optional.of(new ContainerRecipe.Gateway("gateway.local", () -> Optional.of("172.18.0.1")));

    @Test
    void a_plain_module_gets_image_labels_environment_and_network() {
        ContainerSpec spec =
                RECIPE.containerFor(module("led").image("acr.io/led").spec(), "637");

        assertThat(spec.name()).isEqualTo("led");
        ObjectNode body = spec.body();
        assertThat(body.path("Image").asText()).isEqualTo("acr.io/led:latest");
        assertThat(body.path("Labels"))
                .isEqualTo(json("{'net.azure-devices.edge.owner':'Microsoft.Azure.Devices.Edge.Agent',"
                                + "'net.azure-devices.edge.original-image':'acr.io/led:latest',"
                                + "'io.edge-agent.module':'led','io.edge-agent.device':'hub.example.net/board-1',"
                                + "'io.edge-agent.recipe':'1 network=azure-iot-edge'}")
                        .put(
                                "io.edge-agent.fingerprint",
                                module("led").image("acr.io/led").spec().fingerprint()));
        assertThat(env(body))
                .containsExactlyInAnyOrder(
                        "IOTEDGE_WORKLOADURI=unix:///var/run/iotedge/workload.sock",
                        "IOTEDGE_AUTHSCHEME=sasToken",
                        "IOTEDGE_MODULEGENERATIONID=637",
                        "IOTEDGE_IOTHUBHOSTNAME=hub.example.net",
                        "IOTEDGE_DEVICEID=board-1",
                        "IOTEDGE_MODULEID=led",
                        "IOTEDGE_APIVERSION=2022-08-03",
                        "RuntimeLogLevel=Information");
        assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("azure-iot-edge");
        assertThat(body.at("/NetworkingConfig/EndpointsConfig")).isEqualTo(json("{'azure-iot-edge':{}}"));
    }

    @Test
    void create_options_win_over_the_manifest_which_wins_over_defaults_but_not_over_the_identity() {
        ObjectNode body = body(module("led")
                .env("RuntimeLogLevel", "Debug")
                .env("A", "manifest")
                .env("B", "manifest")
                .env("IOTEDGE_MODULEID", "somebody-else")
                .createOptions("{'Env':['B=options','IOTEDGE_AUTHSCHEME=mine','C=x=y','D=','E']}"));

        assertThat(env(body))
                .contains(
                        "RuntimeLogLevel=Debug",
                        "A=manifest",
                        "B=options",
                        "IOTEDGE_MODULEID=led",
                        "IOTEDGE_AUTHSCHEME=mine",
                        "C=x=y",
                        "D=",
                        "E")
                .doesNotContain("B=manifest", "IOTEDGE_AUTHSCHEME=sasToken", "E=");
        assertThat(env(body)).extracting(line -> line.replaceFirst("=.*", "")).doesNotHaveDuplicates();
    }

    @Test
    void the_image_of_the_settings_counts_not_one_in_create_options() {
        assertThat(body(module("led").createOptions("{'Image':'other:1'}"))
                        .path("Image")
                        .asText())
                .isEqualTo("registry.example.io/led:1");
    }

    @Test
    void a_digest_goes_to_the_engine_without_the_tag_and_into_the_label_with_it() {
        String digest = "@sha256:" + "ab".repeat(32);

        ObjectNode body = body(module("led").image("acr.io/led:1" + digest));

        assertThat(body.path("Image").asText()).isEqualTo("acr.io/led" + digest);
        assertThat(body.at("/Labels/net.azure-devices.edge.original-image").asText())
                .isEqualTo("acr.io/led:1" + digest);
    }

    @Test
    void labels_of_the_manifest_stay_but_cannot_pass_for_ours() {
        JsonNode labels = body(module("led")
                        .createOptions(
                                "{'Labels':{'mine':'1','io.edge-agent.device':'hub/other','io.edge-agent.update':"
                                        + "'rollback'}}"))
                .path("Labels");

        assertThat(labels.path("mine").asText()).isEqualTo("1");
        assertThat(labels.path("io.edge-agent.update").asText()).isEqualTo("rollback");
        assertThat(labels.path("io.edge-agent.device").asText()).isEqualTo("hub.example.net/board-1");
    }

    @Test
    void fields_that_we_do_not_know_are_passed_on() {
        ObjectNode body = body(module("led")
                .createOptions("{'Future':[1],'HostConfig':{'DeviceRequests':[{'Count':-1}],'Runtime':'nvidia',"
                        + "'Devices':[{'PathOnHost':'/dev/i2c-1'}]},'NetworkingConfig':{'Future':true}}"));

        assertThat(body.path("Future")).isEqualTo(json("{'v':[1]}").path("v"));
        assertThat(body.at("/HostConfig/DeviceRequests/0/Count").asInt()).isEqualTo(-1);
        assertThat(body.at("/HostConfig/Runtime").asText()).isEqualTo("nvidia");
        assertThat(body.at("/HostConfig/Devices/0/PathOnHost").asText()).isEqualTo("/dev/i2c-1");
        assertThat(body.at("/NetworkingConfig/Future").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "none", "container:other", "my-network"})
    void a_network_mode_of_the_manifest_is_left_alone(String mode) {
        ObjectNode body = body(module("led").createOptions("{'HostConfig':{'NetworkMode':'" + mode + "'}}"));

        assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo(mode);
        assertThat(body.has("NetworkingConfig")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "bridge"})
    void the_engines_own_default_network_is_not_a_choice(String mode) {
        ObjectNode body = body(module("led").createOptions("{'HostConfig':{'NetworkMode':'" + mode + "'}}"));

        assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("azure-iot-edge");
    }

    @Test
    void endpoints_of_the_manifest_are_left_alone() {
        String options =
                "{'HostConfig':{'NetworkMode':'lan'},'NetworkingConfig':{'EndpointsConfig':{'lan':{'Aliases':['x']}}}}";

        ObjectNode body = body(module("led").createOptions(options));

        assertThat(body.path("NetworkingConfig")).isEqualTo(json(options).path("NetworkingConfig"));
        assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("lan");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'NetworkingConfig':{'EndpointsConfig':{}}}",
                "{'NetworkingConfig':{'EndpointsConfig':null}}",
                "{'NetworkingConfig':null,'HostConfig':null,'Labels':null,'Env':null}"
            })
    void empty_fields_are_no_choice(String options) {
        assertThat(body(module("led").createOptions(options)).at("/NetworkingConfig/EndpointsConfig/azure-iot-edge"))
                .isEqualTo(json("{}"));
    }

    @Test
    void ports_that_are_bound_are_exposed_as_docker_run_does_it() {
        ObjectNode body = body(module("led")
                .createOptions("{'ExposedPorts':{'53/udp':{}},'HostConfig':{'PortBindings':{"
                        + "'8883/tcp ':[{'HostPort':'8883'}],'80/tcp':null,'53/udp':[]}}}"));

        assertThat(body.path("ExposedPorts")).isEqualTo(json("{'53/udp':{},'8883/tcp':{},'80/tcp':{}}"));
    }

    @Test
    void without_bound_ports_nothing_is_exposed() {
        assertThat(body(module("led")).has("ExposedPorts")).isFalse();
    }

    @Test
    void fields_are_found_however_they_are_spelled_because_the_engine_finds_them_too() {
        ObjectNode body = body(module("led")
                .createOptions("{'env':['A=1'],'labels':{'io.edge-agent.device':'other'},"
                        + "'hostconfig':{'networkmode':'host','portBindings':{'80/tcp':[]}}}"));

        assertThat(env(body)).contains("A=1", "IOTEDGE_MODULEID=led");
        assertThat(body.at("/Labels/io.edge-agent.device").asText()).isEqualTo("hub.example.net/board-1");
        assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("host");
        assertThat(body.path("ExposedPorts").has("80/tcp")).isTrue();
        assertThat(body.fieldNames()).toIterable().doesNotContain("env", "labels", "hostconfig");
    }

    @Test
    void the_folder_of_the_workload_socket_is_mounted_read_only() {
        assertThat(mounts("{}"))
                .isEqualTo(json("{'v':[{'Type':'bind','Source':'/w/led','Target':'/var/run/iotedge','ReadOnly':true}]}")
                        .path("v"));
        assertThat(mounts("{'HostConfig':{'Mounts':[{'Target':'/x'}],'Binds':null}}"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'HostConfig':{'Binds':['/a:/var/run/iotedge/:rw']}}",
                "{'HostConfig':{'Binds':['/a/w.sock:/run/iotedge/workload.sock']}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','Source':'v','Target':'/var/run/iotedge'}]}}",
                "{'HostConfig':{'Tmpfs':{'/run/iotedge':''}}}"
            })
    void what_the_manifest_mounts_there_is_left_alone(String options) {
        assertThat(mounts(options).toString()).doesNotContain("/w/led");
    }

    @Test
    void the_folder_can_be_written_where_the_engine_must_make_a_mount_point_in_it() {
        assertThat(mounts("{'HostConfig':{'Binds':['/a/mgmt.sock:/var/run/iotedge/mgmt.sock']}}")
                        .at("/0/ReadOnly")
                        .asBoolean())
                .isFalse();
    }

    /** All that the agent adds, with the number of the recipe that adds it. */
    @Test
    void what_it_adds_changes_with_its_version_only() {
        ObjectNode added = new ContainerRecipe(
                        "hub.example.net",
                        "board-1",
                        "azure-iot-edge",
                        name -> Optional.of("/w/" + name),
                        OwnState.NONE,
                        () -> HUB,
                        ParentHost.NONE)
                .containerFor(module("led").image("led:1").spec(), "637")
                .body();
        added.withObjectProperty("Labels").remove(ContainerRecipe.FINGERPRINT_LABEL);

        assertThat(added)
                .as(
                        "What the recipe adds is not what version %d added. If modules that run need it before their next"
                                + " change, raise RecipeMark.VERSION: each is then made anew once. Else leave the number."
                                + " Either way write here what is added now.",
                        RecipeMark.VERSION)
                .isEqualTo(
                        json(
                                "{'Image':'led:1',"
                                        + "'Labels':{'net.azure-devices.edge.owner':'Microsoft.Azure.Devices.Edge.Agent',"
                                        + "'net.azure-devices.edge.original-image':'led:1','io.edge-agent.module':'led',"
                                        + "'io.edge-agent.device':'hub.example.net/board-1',"
                                        + "'io.edge-agent.recipe':'1 network=azure-iot-edge hub=gateway.local'},"
                                        + "'Env':['IOTEDGE_WORKLOADURI=unix:///var/run/iotedge/workload.sock',"
                                        + "'IOTEDGE_AUTHSCHEME=sasToken','IOTEDGE_MODULEGENERATIONID=637',"
                                        + "'IOTEDGE_IOTHUBHOSTNAME=hub.example.net','IOTEDGE_DEVICEID=board-1',"
                                        + "'IOTEDGE_MODULEID=led','IOTEDGE_GATEWAYHOSTNAME=gateway.local',"
                                        + "'IOTEDGE_APIVERSION=2022-08-03','RuntimeLogLevel=Information'],"
                                        + "'NetworkingConfig':{'EndpointsConfig':{'azure-iot-edge':{}}},"
                                        + "'HostConfig':{'NetworkMode':'azure-iot-edge',"
                                        + "'ExtraHosts':['edgeHub:172.18.0.1','edgeAgent:172.18.0.1','gateway.local:172.18.0.1'],"
                                        + "'Mounts':[{'Type':'bind','Source':'/w/led','Target':'/var/run/iotedge','ReadOnly':true}]}}"));
    }

    @Test
    void a_container_is_outdated_when_its_recipe_or_a_setting_in_it_is_another() {
        RecipeMark direct = RecipeMark.now("azure-iot-edge", Optional.empty(), Optional.empty());
        RecipeMark hub = RecipeMark.now("azure-iot-edge", Optional.of("gateway.local"), Optional.empty());

        assertThat(direct.isOn(direct.text())).isTrue();
        assertThat(hub.isOn(hub.text())).isTrue();
        assertThat(hub.isOn(direct.text())).isFalse();
        assertThat(direct.isOn(hub.text())).isFalse();
        assertThat(hub.isOn(RecipeMark.now("azure-iot-edge", Optional.of("other.local"), Optional.empty())
                        .text()))
                .isFalse();
        assertThat(direct.isOn(RecipeMark.now("other", Optional.empty(), Optional.empty())
                        .text()))
                .isFalse();
        assertThat(direct.isOn(new RecipeMark(2, "azure-iot-edge", Optional.empty(), Optional.empty()).text()))
                .isFalse();
    }

    @Test
    void one_without_a_mark_is_from_version_1_and_knew_no_hub() {
        assertThat(new RecipeMark(1, "azure-iot-edge", Optional.empty(), Optional.empty()).isOn(""))
                .isTrue();
        assertThat(new RecipeMark(1, "azure-iot-edge", Optional.of("gateway.local"), Optional.empty()).isOn(""))
                .isFalse();
        assertThat(new RecipeMark(2, "azure-iot-edge", Optional.empty(), Optional.empty()).isOn(""))
                .isFalse();
    }

    @Test
    void below_a_parent_modules_know_it_and_go_to_it_where_there_is_no_hub_on_the_board() {
        ParentHost parent = new ParentHost(Optional.of("upper.local"));
        ContainerRecipe below = new ContainerRecipe(
                "hub.example.net",
                "board-1",
                "azure-iot-edge",
                name -> Optional.empty(),
                OwnState.NONE,
                () -> HUB,
                parent);
        ContainerRecipe alone = new ContainerRecipe(
                "hub.example.net",
                "board-1",
                "azure-iot-edge",
                name -> Optional.empty(),
                OwnState.NONE,
                Optional::empty,
                parent);

        String env =
                below.containerFor(module("led").spec(), "1").body().path("Env").toString();
        assertThat(env)
                .contains("\"IOTEDGE_PARENTHOSTNAME=upper.local\"")
                .doesNotContain("\"IOTEDGE_GATEWAYHOSTNAME=upper.local\"");
        assertThat(alone.containerFor(module("led").spec(), "1")
                        .body()
                        .path("Env")
                        .toString())
                .contains("\"IOTEDGE_GATEWAYHOSTNAME=upper.local\"");
        assertThat(below.mark().isOn(RECIPE.mark().text())).isFalse();
        assertThat(below.mark().text()).endsWith(" parent=upper.local");
    }

    @Test
    void does_not_print_its_body() {
        assertThat(RECIPE.containerFor(module("led").env("KEY", "s3cret").spec(), "1")
                        .toString())
                .doesNotContain("s3cret");
    }

    private static JsonNode mounts(String options) {
        return new ContainerRecipe(
                        "hub.example.net",
                        "board-1",
                        "azure-iot-edge",
                        name -> Optional.of("/w/" + name),
                        OwnState.NONE)
                .containerFor(module("led").createOptions(options).spec(), "637")
                .body()
                .at("/HostConfig/Mounts");
    }

    private static ObjectNode body(Manifest.Module module) {
        return RECIPE.containerFor(module.spec(), "637").body();
    }

    private static List<String> env(ObjectNode body) {
        List<String> lines = new ArrayList<>();
        body.path("Env").forEach(line -> lines.add(line.asText()));
        return lines;
    }
}
