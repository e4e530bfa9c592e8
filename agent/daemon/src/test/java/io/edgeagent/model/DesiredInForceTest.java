package io.edgeagent.model;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DesiredInForceTest {
    private static final Manifest GOOD = Manifest.version(1).with(module("led").image("a/led:1"), module("fan"));

    @Test
    void a_module_whose_new_entry_cannot_be_followed_stays_as_it_last_was() {
        DesiredInForce first = inForce(GOOD.json(), Optional.empty());
        Manifest bad = Manifest.version(2)
                .with(module("led").image("docker pull a/led:2"), module("fan").image("b:2"));

        DesiredInForce second = inForce(bad.json(), Optional.of(first));
        DesiredInForce third = inForce(bad.json(), Optional.of(second));

        assertThat(third).isEqualTo(second);
        assertThat(second.deployment().version()).isEqualTo(2);
        assertThat(second.deployment().modules().get("led"))
                .isEqualTo(first.deployment().modules().get("led"));
        assertThat(second.deployment().modules().get("fan").image().text()).isEqualTo("b:2");
        assertThat(second.deployment().fault("led").orElseThrow().text())
                .contains("modules.led.settings.image", "is not an image reference");
    }

    @Test
    void what_is_kept_on_the_disk_gives_the_same_modules_after_a_start() {
        DesiredInForce second = inForce(
                Manifest.version(2)
                        .with(module("led").image("A"), module("fan"))
                        .json(),
                Optional.of(inForce(GOOD.json(), Optional.empty())));

        DesiredInForce restored = inForce(second.json(), Optional.empty());

        assertThat(restored.deployment().modules())
                .isEqualTo(second.deployment().modules())
                .containsKey("led");
    }

    @Test
    void a_new_module_with_a_fault_is_not_there_but_its_name_is_known() {
        DesiredInForce alone =
                inForce(Manifest.version(1).with(module("led").image("A")).json(), Optional.empty());

        assertThat(alone.deployment().modules()).isEmpty();
        assertThat(alone.deployment().names()).containsExactly("led");
    }

    @Test
    void a_mended_entry_is_followed_and_the_fault_is_gone() {
        DesiredInForce bad = inForce(
                Manifest.version(2).with(module("led").image("A")).json(),
                Optional.of(inForce(GOOD.json(), Optional.empty())));

        Deployment mended = inForce(
                        Manifest.version(3).with(module("led").image("a:3")).json(), Optional.of(bad))
                .deployment();

        assertThat(mended.faults()).isEmpty();
        assertThat(mended.modules().get("led").image().text()).isEqualTo("a:3");
    }

    @Test
    void a_module_that_left_the_manifest_does_not_come_back_with_a_fault() {
        DesiredInForce without =
                inForce(Manifest.version(2).json(), Optional.of(inForce(GOOD.json(), Optional.empty())));

        DesiredInForce bad =
                inForce(Manifest.version(3).with(module("led").image("A")).json(), Optional.of(without));

        assertThat(bad.deployment().modules()).isEmpty();
    }

    @Test
    void a_built_in_role_keeps_its_last_good_settings() {
        var json = GOOD.waitingForAllPulls().json();
        DesiredInForce first = inForce(json, Optional.empty());
        var broken = json.deepCopy();
        broken.withObject("/systemModules/edgeAgent/settings").put("image", "A B");

        Deployment deployment = inForce(broken, Optional.of(first)).deployment();

        assertThat(deployment.waitForAllPulls()).isTrue();
        assertThat(deployment.faults()).containsOnlyKeys("$edgeAgent");
    }

    private static DesiredInForce inForce(ObjectNode desired, Optional<DesiredInForce> before) {
        return DesiredInForce.of(desired, before, ParentHost.NONE);
    }
}
