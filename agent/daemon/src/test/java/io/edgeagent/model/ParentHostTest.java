package io.edgeagent.model;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParentHostTest {
    private static final ParentHost UPPER = new ParentHost(Optional.of("upper.local"));

    @ParameterizedTest
    @CsvSource({
        "$upstream:8000/led:1, upper.local:8000/led:1",
        "' $upstream/led', upper.local/led",
        "$upstream:443, upper.local:443",
        "$upstream, upper.local",
        "$upstreams/led, $upstreams/led",
        "acr.example/$upstream:1, acr.example/$upstream:1",
    })
    void upstream_at_the_beginning_is_the_parent(String address, String resolved) {
        assertThat(UPPER.resolve(address)).isEqualTo(resolved);
        assertThat(ParentHost.NONE.resolve(address)).isEqualTo(address);
    }

    @Test
    void images_of_a_deployment_and_their_logins_are_those_of_the_parent() {
        ObjectNode desired = Manifest.version(1)
                .with(module("led").image("$upstream:8000/led:1"), module("own").image("acr.example.io/own:1"))
                .json();
        desired.withObject("/runtime/settings/registryCredentials/parent")
                .put("address", "$upstream:8000")
                .put("username", "u")
                .put("password", "p");

        Deployment deployment = Deployment.parse(desired, UPPER);

        ImageReference led = deployment.modules().get("led").image();
        assertThat(led.text()).isEqualTo("upper.local:8000/led:1");
        assertThat(deployment.credentialFor(led)).isPresent();
        assertThat(deployment.modules().get("own").image().text()).isEqualTo("acr.example.io/own:1");
        assertThat(desired.at("/modules/led/settings/image").asText()).isEqualTo("$upstream:8000/led:1");
    }

    @Test
    void without_a_parent_such_an_image_is_refused_with_what_to_set() {
        Deployment deployment = Deployment.parse(Manifest.version(1)
                .with(module("led").image("$upstream:8000/led:1"))
                .json());

        assertThat(deployment.modules()).isEmpty();
        assertThat(deployment.fault("led").orElseThrow().text()).contains("has none: set parent_hostname");
    }
}
