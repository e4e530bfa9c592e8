package io.edgeagent.reconcile;

import static io.edgeagent.fake.Manifest.json;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Hardware;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The create call of a module that gets devices. */
class DeviceOptionsTest {
    private static final ContainerRecipe RECIPE = new ContainerRecipe("hub.example.net", "board", "azure-iot-edge");
    private static final Hardware.Granted BUS = granted(false);

    @Test
    void has_the_nodes_the_groups_and_the_variables() {
        ObjectNode body = body("{}", BUS);

        assertThat(body.at("/HostConfig/Devices"))
                .isEqualTo(
                        json("{'a':[{'PathOnHost':'/host/i2c-1','PathInContainer':'/dev/i2c-1','CgroupPermissions':'rw'}]}")
                                .path("a"));
        assertThat(body.at("/HostConfig/GroupAdd").toString()).isEqualTo("[\"998\"]");
        assertThat(body.path("Env").toString()).contains("\"EDGE_DEVICE_I2C_1=/dev/i2c-1\"");
        assertThat(body.at("/HostConfig/Privileged").isMissingNode()).isTrue();
    }

    @Test
    void what_the_manifest_says_itself_goes_first() {
        ObjectNode body = body(
                "{'Env':['EDGE_DEVICE_I2C_1=/dev/mine'],'HostConfig':{'groupadd':['998','audio'],'devices':["
                        + "{'pathonhost':'/dev/i2c-9','PathInContainer':'/dev/i2c-1','CgroupPermissions':'rwm'}]}}",
                BUS);

        assertThat(body.at("/HostConfig/Devices").toString())
                .contains("/dev/i2c-9")
                .doesNotContain("/host/i2c-1");
        assertThat(body.at("/HostConfig/GroupAdd").toString()).isEqualTo("[\"998\",\"audio\"]");
        assertThat(body.path("HostConfig").has("devices")).isFalse();
        assertThat(body.path("Env").toString())
                .contains("EDGE_DEVICE_I2C_1=/dev/mine")
                .doesNotContain("=/dev/i2c-1");
    }

    @Test
    void is_unprivileged_where_privilege_was_narrowed_and_its_devices_make_no_nodes() {
        ObjectNode body = body(
                "{'HostConfig':{'privileged':true,'Devices':[{'PathOnHost':'/dev/i2c-2','CgroupPermissions':'mrw'},"
                        + "{'PathOnHost':'/dev/i2c-3'},{'PathOnHost':'/dev/i2c-4','CgroupPermissions':'m'}]}}",
                granted(true));

        assertThat(body.at("/HostConfig/Privileged").asBoolean(true)).isFalse();
        assertThat(body.path("HostConfig").has("privileged")).isFalse();
        assertThat(body.at("/HostConfig/Devices").findValuesAsText("CgroupPermissions"))
                .containsExactly("rw", "rw", "r", "rw");
    }

    @Test
    void is_as_before_for_a_module_that_asks_for_nothing() {
        String seed =
                "{'HostConfig':{'Privileged':true,'Devices':[{'PathOnHost':'/dev/i2c-1','CgroupPermissions':'mrw'}]}}";
        var spec = module("led").createOptions(seed).spec();

        ObjectNode body = RECIPE.containerFor(spec, "637").body();

        assertThat(body.path("HostConfig").path("Devices")).isEqualTo(json(seed).at("/HostConfig/Devices"));
        assertThat(body.at("/HostConfig/Privileged").asBoolean()).isTrue();
        assertThat(body.path("Labels").path(ContainerRecipe.FINGERPRINT_LABEL).asText())
                .isEqualTo(spec.fingerprint());
    }

    private static Hardware.Granted granted(boolean unprivileged) {
        return new Hardware.Granted(
                List.of(new Hardware.Node("/host/i2c-1", "/dev/i2c-1", "rw", "c 89:1")),
                List.of(998),
                Map.of("EDGE_DEVICE_I2C_1", "/dev/i2c-1"),
                unprivileged);
    }

    private static ObjectNode body(String createOptions, Hardware.Granted granted) {
        return RECIPE.containerFor(module("led").createOptions(createOptions).spec(), granted, "637")
                .body();
    }
}
