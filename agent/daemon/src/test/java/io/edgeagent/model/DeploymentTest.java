package io.edgeagent.model;

import static io.edgeagent.fake.Manifest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import io.edgeagent.protocol.CreateOptionsChunks;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    /** The button and LED deployment as its tutorial has it set in the portal. */
    private static final String BUTTON_AND_LED = """
            {'schemaVersion':'1.1',
             'runtime':{'type':'docker','settings':{'minDockerVersion':'v1.25','loggingOptions':'',
               'registryCredentials':{'tutorial':{'address':'tutorial.example.io','username':'tutorial','password':'p4ss'}}}},
             'systemModules':{
               'edgeAgent':{'type':'docker','settings':{'image':'mcr.example.io/azureiotedge-agent:1.1','createOptions':''}},
               'edgeHub':{'type':'docker','status':'running','restartPolicy':'always',
                 'settings':{'image':'mcr.example.io/azureiotedge-hub:1.1',
                   'createOptions':'{\\'HostConfig\\':{\\'PortBindings\\':{\\'8883/tcp \\':[{\\'HostPort\\':\\'8883\\'}]}}}'}}},
             'modules':{
               'button-acr':{'version':'1.0','type':'docker','status':'running','restartPolicy':'always',
                 'settings':{'image':'tutorial.example.io/button-acr:1.0',
                   'createOptions':'{\\'HostConfig\\':{\\'Privileged\\':true,\\'Devices\\':[{\\'PathOnHost\\':\\'/dev/i2c-1\\',
            \\'PathInContainer\\':\\'/dev/i2c-1\\',\\'CgroupPermissions\\':\\'mrw\\'}]}}'}},
               'led-acr':{'version':'1.0','type':'docker','status':'running','restartPolicy':'always',
                 'settings':{'image':'tutorial.example.io/led-acr:1.0',
                   'createOptions':'{\\'HostConfig\\':{\\'Privileged\\':true,
            \\'PortBindings\\':{\\'80/tcp\\':[{\\'HostPort\\':\\'80\\'}]}}}'}}},
             '$version':7,'$metadata':{'$lastUpdated':'2026-01-01T00:00:00Z'}}
            """;

    @Test
    void reads_the_button_and_led_deployment() {
        Deployment deployment = Deployment.parse(json(BUTTON_AND_LED.replace("\n\\'", "\\'")));

        assertThat(deployment.version()).isEqualTo(7);
        assertThat(deployment.runtimeSettings()).containsEntry("minDockerVersion", "v1.25");
        assertThat(deployment.modules()).containsOnlyKeys("button-acr", "led-acr");
        ModuleSpec button = deployment.modules().get("button-acr");
        assertThat(button.image().text()).isEqualTo("tutorial.example.io/button-acr:1.0");
        assertThat(button.restartPolicy()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(button.createOptions()
                        .toJson()
                        .at("/HostConfig/Devices/0/PathOnHost")
                        .asText())
                .isEqualTo("/dev/i2c-1");
        assertThat(deployment.credentialFor(button.image()))
                .map(RegistryCredential::password)
                .contains("p4ss");
        SystemModule hub = deployment.hub().orElseThrow();
        assertThat(hub.createOptions().toJson().at("/HostConfig/PortBindings").has("8883/tcp"))
                .isTrue();
        assertThat(deployment.agent()).map(SystemModule::createOptions).contains(CreateOptions.EMPTY);
    }

    @Test
    void fills_in_the_defaults_of_the_schema() {
        ModuleSpec module = one("{'type':'docker','status':'running','settings':{'image':'nginx'}}");

        assertThat(module.image().text()).isEqualTo("nginx:latest");
        assertThat(module.restartPolicy()).isEqualTo(RestartPolicy.ON_UNHEALTHY);
        assertThat(module.pullPolicy()).isEqualTo(PullPolicy.ON_CREATE);
        assertThat(module.startupOrder()).isEqualTo(4294967295L);
        assertThat(module.version()).isEmpty();
        assertThat(module.env()).isEmpty();
        assertThat(module.createOptions()).isEqualTo(CreateOptions.EMPTY);
        Deployment bare =
                Deployment.parse(json("{'schemaVersion':'1.0','runtime':{'type':'docker'},'systemModules':{'edgeHub':"
                        + "{'type':'docker','status':'running','settings':{'image':'hub:1'}}}}"));
        assertThat(bare.modules()).isEmpty();
        assertThat(bare.agent()).isEmpty();
        assertThat(bare.hub()).map(SystemModule::restartPolicy).contains(RestartPolicy.ALWAYS);
        assertThat(bare.version()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'1.0'", "'1.1'", "'1.1.0'", "'1.0.0.0'", "1.0", "1.1"})
    void follows_schema_1_0_and_1_1(String version) {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.set("schemaVersion", json("{'v':" + version + "}").get("v"));

        assertThat(Deployment.parse(manifest).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Docker, RUNNING, Always, ON-CREATE",
        "DOCKER, Running, always, on-Create",
        "docker, running, ALWAYS, On-Create"
    })
    void does_not_mind_upper_and_lower_case(String type, String status, String restart, String pull) {
        ModuleSpec module =
                one("{'type':'%s','status':'%s','restartPolicy':'%s','imagePullPolicy':'%s','settings':{'image':'a:1'}}"
                        .formatted(type, status, restart, pull));

        assertThat(module.status()).isEqualTo(DesiredStatus.RUNNING);
        assertThat(module.restartPolicy()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(module.pullPolicy()).isEqualTo(PullPolicy.ON_CREATE);
    }

    @Test
    void reads_env_values_of_any_simple_kind() {
        ModuleSpec module = one("{'type':'docker','status':'running','settings':{'image':'a:1'},'env':"
                + "{'TEXT':{'value':'x'},'NULL':{'value':null},'NONE':{},'NUMBER':{'value':5},'YES':{'value':true},"
                + "'GONE':null}}");

        assertThat(module.env())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("TEXT", "x", "NULL", "", "NONE", "", "NUMBER", "5", "YES", "true"));
    }

    @Test
    void joins_the_chunks_of_create_options() {
        String text = "{\"Labels\":{\"long\":\"" + "x".repeat(1500) + "\"}}";
        ObjectNode manifest = Manifest.version(1).with(Manifest.module("m1")).json();
        CreateOptionsChunks.split(text, manifest.withObject("/modules/m1/settings"));

        CreateOptions options = Deployment.parse(manifest).modules().get("m1").createOptions();

        assertThat(manifest.at("/modules/m1/settings").has("createOptions02")).isTrue();
        assertThat(options).isEqualTo(CreateOptions.parse(text));
    }

    @Test
    void puts_the_digest_of_the_settings_into_the_image() {
        String settings = "{'type':'docker','status':'running','settings':{'image':' a.io/b:1 ','digest':'%s'}}";

        assertThat(one(settings.formatted(DIGEST)).image().digest()).contains(DIGEST);
        assertThat(one(settings.formatted("")).image().digest()).isEmpty();
        assertThat(one(settings.formatted(DIGEST)).image().text()).isEqualTo("a.io/b:1@" + DIGEST);
    }

    @Test
    void takes_a_module_that_is_null_for_one_that_is_not_there() {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.withObject("/modules").putNull("gone");

        assertThat(Deployment.parse(manifest).modules()).isEmpty();
    }

    @Test
    void ignores_fields_that_it_does_not_know() {
        ObjectNode manifest = Manifest.version(1).with(Manifest.module("m1")).json();
        manifest.putObject("integrity").put("signature", "x");
        manifest.withObject("/modules/m1").put("extra", 1);

        assertThat(Deployment.parse(manifest).modules()).containsKey("m1");
    }

    @Test
    void leaves_its_argument_alone() {
        ObjectNode manifest = Manifest.version(4).json();
        ObjectNode before = manifest.deepCopy();

        Deployment.parse(manifest);

        assertThat(manifest).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'$version':1}", "{'$version':3,'$metadata':{'$lastUpdated':'2026-01-01T00:00:00Z'}}"})
    void calls_a_twin_without_properties_empty(String twin) {
        DeploymentStatus status = refusal(json(twin));

        assertThat(status.code()).isEqualTo(417);
        assertThat(status.description()).contains("az iot edge set-modules");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'1.2'", "'2.0'", "'0.9'", "'1'", "''", "'one'", "null", "{}", "[]", "'1.x'", "'1.0.0.0.0'", "11"
            })
    void refuses_other_schemas_with_412(String version) {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.set("schemaVersion", json("{'v':" + version + "}").get("v"));

        DeploymentStatus status = refusal(manifest);

        assertThat(status.code()).isEqualTo(412);
        assertThat(status.description()).contains("schemaVersion").contains("1.0 and 1.1");
    }

    @Test
    void refuses_a_manifest_without_schema_version_with_412() {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.remove("schemaVersion");

        assertThat(refusal(manifest)).satisfies(status -> {
            assertThat(status.code()).isEqualTo(412);
            assertThat(status.description()).contains("missing");
        });
    }

    /** A JSON pointer into a good manifest, what is put there ("-" takes it away), and what the refusal must name. */
    static Stream<Arguments> badManifests() {
        return Stream.of(
                arguments("/runtime", "-", "runtime: is missing"),
                arguments("/runtime", "5", "runtime: must be an object"),
                arguments("/runtime/type", "-", "runtime.type: is missing"),
                arguments("/runtime/type", "'podman'", "runtime.type: is \"podman\""),
                arguments("/runtime/settings", "[]", "runtime.settings: must be an object"),
                arguments("/runtime/settings/minDockerVersion", "{}", "runtime.settings.minDockerVersion"),
                arguments("/runtime/settings/registryCredentials", "'x'", "runtime.settings.registryCredentials"),
                arguments(
                        "/runtime/settings/registryCredentials",
                        "{'r':{'username':'u','password':'p'}}",
                        "runtime.settings.registryCredentials.r.address: is missing"),
                arguments(
                        "/runtime/settings/registryCredentials",
                        "{'r':{'address':'a.io','password':'p'}}",
                        "runtime.settings.registryCredentials.r.username: is missing"),
                arguments(
                        "/runtime/settings/registryCredentials",
                        "{'r':{'address':'a.io','username':'u','password':' '}}",
                        "runtime.settings.registryCredentials.r.password: is missing"),
                arguments("/systemModules", "-", "systemModules: is missing"),
                arguments("/systemModules", "null", "systemModules: is missing"),
                arguments("/modules", "[]", "modules: must be an object"));
    }

    static Stream<Arguments> badRoles() {
        return Stream.of(
                arguments("/systemModules/edgeHub", "'x'", "systemModules.edgeHub: must be an object"),
                arguments("/systemModules/edgeHub/type", "-", "systemModules.edgeHub.type: is missing"),
                arguments("/systemModules/edgeAgent/type", "'exe'", "systemModules.edgeAgent.type: is \"exe\""),
                arguments("/systemModules/edgeHub/restartPolicy", "'often'", "systemModules.edgeHub.restartPolicy"),
                arguments("/systemModules/edgeHub/settings/image", "'A B'", "systemModules.edgeHub.settings.image"),
                arguments(
                        "/systemModules/edgeHub/settings/createOptions",
                        "'{'",
                        "systemModules.edgeHub.settings.createOptions"));
    }

    static Stream<Arguments> badModules() {
        return Stream.of(
                arguments("/modules/led", "'x'", "modules.led: must be an object"),
                arguments("/modules/led/type", "-", "modules.led.type: is missing"),
                arguments("/modules/led/type", "'process'", "modules.led.type: is \"process\""),
                arguments("/modules/led/status", "-", "modules.led.status: is missing; expected running or stopped"),
                arguments("/modules/led/status", "'paused'", "expected one of: running, stopped"),
                arguments("/modules/led/status", "[]", "modules.led.status: must be a string"),
                arguments(
                        "/modules/led/restartPolicy",
                        "'sometimes'",
                        "modules.led.restartPolicy: is \"sometimes\", expected one of: never, on-failure, on-unhealthy, always"),
                arguments(
                        "/modules/led/imagePullPolicy",
                        "'always'",
                        "modules.led.imagePullPolicy: is \"always\", expected one of: on-create, never"),
                arguments("/modules/led/startupOrder", "null", "modules.led.startupOrder: must be a whole number"),
                arguments("/modules/led/startupOrder", "-1", "modules.led.startupOrder"),
                arguments("/modules/led/startupOrder", "4294967296", "modules.led.startupOrder"),
                arguments("/modules/led/startupOrder", "18446744073709551617", "modules.led.startupOrder"),
                arguments("/modules/led/startupOrder", "1.5", "modules.led.startupOrder"),
                arguments("/modules/led/startupOrder", "'first'", "modules.led.startupOrder"),
                arguments("/modules/led/version", "{}", "modules.led.version: must be a string"),
                arguments("/modules/led/settings", "-", "modules.led.settings: is missing"),
                arguments("/modules/led/settings", "'x'", "modules.led.settings: must be an object"),
                arguments("/modules/led/settings/image", "-", "modules.led.settings.image: is missing"),
                arguments("/modules/led/settings/image", "'  '", "modules.led.settings.image: is missing"),
                arguments("/modules/led/settings/image", "'Led:1'", "modules.led.settings.image: \"Led:1\""),
                arguments("/modules/led/settings/image", "[]", "modules.led.settings.image: must be a string"),
                arguments("/modules/led/settings/digest", "'sha256:12'", "modules.led.settings.image"),
                arguments("/modules/led/settings/createOptions", "'{'", "modules.led.settings.createOptions"),
                arguments("/modules/led/settings/createOptions", "'{} x'", "modules.led.settings.createOptions"),
                arguments("/modules/led/settings/createOptions", "'[1]'", "must be a JSON object, they are a list"),
                arguments("/modules/led/settings/createOptions", "'text'", "modules.led.settings.createOptions"),
                arguments("/modules/led/settings/createOptions", "7", "createOptions must be a string that holds JSON"),
                arguments("/modules/led/settings/createOptions02", "'x'", "createOptions is missing"),
                arguments("/modules/led/settings/createOptions00", "'x'", "createOptions00"),
                arguments("/modules/led/env", "[]", "modules.led.env: must be an object"),
                arguments("/modules/led/env", "{'A':'b'}", "modules.led.env.A: must be an object"),
                arguments("/modules/led/env", "{'A':{'value':{}}}", "modules.led.env.A.value: must be a string"),
                arguments("/modules/led/env", "{'A=B':{'value':'x'}}", "modules.led.env: \"A=B\""),
                arguments("/modules/led/env", "{' ':{'value':'x'}}", "modules.led.env"),
                arguments(
                        "/modules/led/settings/createOptions",
                        "'{HostConfig:{Mounts:{}}}'",
                        "HostConfig.Mounts must be a list"));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("badManifests")
    void refuses_what_cannot_be_understood_as_a_whole_with_400_and_names_the_field(
            String pointer, String value, String named) {
        DeploymentStatus status = refusal(changed(pointer, value));

        assertThat(status.code()).isEqualTo(400);
        assertThat(status.description()).contains(named);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("badModules")
    void the_fault_of_one_module_names_the_field_and_leaves_the_others_alone(
            String pointer, String value, String named) {
        Deployment deployment = Deployment.parse(changed(pointer, value));

        assertThat(deployment.modules()).containsOnlyKeys("other");
        assertThat(deployment.faults()).containsOnlyKeys("led");
        assertThat(deployment.fault("led").orElseThrow().text()).contains(named);
        assertThat(deployment.names()).containsExactly("led", "other");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("badRoles")
    void the_fault_of_a_built_in_role_leaves_the_modules_alone(String pointer, String value, String named) {
        Deployment deployment = Deployment.parse(changed(pointer, value));

        assertThat(deployment.modules()).containsOnlyKeys("led", "other");
        assertThat(deployment.faults().values())
                .singleElement()
                .satisfies(fault -> assertThat(fault.text()).contains(named));
    }

    private static ObjectNode changed(String pointer, String value) {
        ObjectNode manifest = Manifest.version(1)
                .with(Manifest.module("led"), Manifest.module("other"))
                .json();
        int slash = pointer.lastIndexOf('/');
        ObjectNode parent = slash == 0 ? manifest : (ObjectNode) manifest.at(pointer.substring(0, slash));
        if (value.equals("-")) {
            parent.remove(pointer.substring(slash + 1));
        } else {
            parent.set(pointer.substring(slash + 1), json("{'v':" + value + "}").get("v"));
        }
        return manifest;
    }

    @Test
    void reads_names_of_fields_in_any_case_and_numbers_in_other_forms() {
        ModuleSpec spec = one("{'Type':'docker','STATUS':'Running','startuporder':'7','Version':1.5,"
                + "'Settings':{'Image':'a:1','CREATEOPTIONS':'{User:5}'},'Env':{'A':{'Value':5},'B':{'value':true}}}");

        assertThat(spec.startupOrder()).isEqualTo(7);
        assertThat(spec.version()).isEqualTo("1.5");
        assertThat(spec.env()).isEqualTo(Map.of("A", "5", "B", "true"));
        assertThat(spec.createOptions().canonical()).isEqualTo("{\"User\":\"5\"}");
        assertThat(one("{'type':'docker','status':'running','startupOrder':3.0,'restartPolicy':null,"
                        + "'settings':{'image':'a:1'}}"))
                .satisfies(other -> {
                    assertThat(other.startupOrder()).isEqualTo(3);
                    assertThat(other.restartPolicy()).isEqualTo(RestartPolicy.ON_UNHEALTHY);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "-led", "led/1", "le d", "$edgeAgent", "edgeHub", "EDGEAGENT", "l\u00e9d", "", ".a", "a#b"})
    void a_name_that_no_container_can_have_is_that_modules_fault(String name) {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.withObject("/modules")
                .set(name, json("{'type':'docker','status':'running','settings':{'image':'a:1'}}"));

        Deployment deployment = Deployment.parse(manifest);

        assertThat(deployment.modules()).isEmpty();
        assertThat(deployment.fault(name).orElseThrow().text()).contains("modules." + name);
    }

    @Test
    void takes_a_name_of_128_characters_and_none_of_129() {
        ObjectNode module = json("{'type':'docker','status':'running','settings':{'image':'a:1'}}");
        ObjectNode manifest = Manifest.version(1).json();
        manifest.withObject("/modules").set("m".repeat(128), module);
        manifest.withObject("/modules").set("m".repeat(129), module);

        assertThat(Deployment.parse(manifest).modules()).containsOnlyKeys("m".repeat(128));
        assertThat(Deployment.parse(manifest).faults()).containsOnlyKeys("m".repeat(129));
    }

    @Test
    void keeps_the_refusal_short_enough_for_a_twin() {
        ObjectNode manifest = Manifest.version(1).with(Manifest.module("led")).json();
        manifest.withObject("/runtime").put("type", "\u20ac\n".repeat(9000));

        DeploymentStatus status = refusal(manifest);

        assertThat(status.description().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSizeLessThan(4096);
        assertThat(status.description()).doesNotContain("\n");
    }

    @Test
    void never_prints_a_password_or_an_environment() {
        Deployment deployment = Manifest.version(1)
                .withLogin("acr.example.io", "puller", "s3cret")
                .with(Manifest.module("led").env("TOKEN", "t0ken"))
                .deployment();

        assertThat(deployment.toString())
                .doesNotContain("s3cret")
                .doesNotContain("t0ken")
                .contains("puller@acr");
        assertThat(deployment.modules().get("led")).asString().doesNotContain("t0ken");
        assertThat(deployment.credentials()).asString().doesNotContain("s3cret");
    }

    @Test
    void does_not_quote_create_options_that_are_no_json() {
        ObjectNode manifest = Manifest.version(1).with(Manifest.module("led")).json();
        manifest.withObject("/modules/led/settings").put("createOptions", "{\"Env\":[\"KEY=s3cret\" oops");

        assertThat(Deployment.parse(manifest).fault("led").orElseThrow().text())
                .doesNotContain("s3cret")
                .contains("line 1");
    }

    @Test
    void picks_the_first_login_that_fits_the_registry() {
        List<RegistryCredential> logins = Manifest.version(1)
                .withLogin("https://ACR.example.io/", "puller", "pw")
                .deployment()
                .credentials();
        Deployment deployment = Manifest.version(1)
                .withLogin("https://ACR.example.io/", "puller", "pw")
                .deployment();

        assertThat(deployment.credentialFor(ImageReference.parse("acr.example.io/a/b:1")))
                .contains(logins.get(0));
        assertThat(deployment.credentialFor(ImageReference.parse("acr.example.io.evil.example/a:1")))
                .isEmpty();
        assertThat(deployment.credentialFor(ImageReference.parse("nginx"))).isEmpty();
    }

    private static ModuleSpec one(String module) {
        ObjectNode manifest = Manifest.version(1).json();
        manifest.withObject("/modules").set("m1", json(module));
        return Deployment.parse(manifest).modules().get("m1");
    }

    private static DeploymentStatus refusal(ObjectNode manifest) {
        RefusedDeployment refused = catchThrowableOfType(RefusedDeployment.class, () -> Deployment.parse(manifest));
        assertThat(refused).as("refusal of " + manifest).isNotNull();
        return refused.status();
    }
}
