package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingCredentialsTest {
    private static final Path FILE = Path.of("/etc/edge-agent/config.toml");

    @Test
    void says_both_places_where_a_connection_string_can_be() {
        assertThat(MissingCredentials.text(FILE, Map.of()))
                .startsWith("there is no connection string: set the environment variable CONNECTION_STRING")
                .endsWith("or connection_string in [provisioning] of /etc/edge-agent/config.toml");
    }

    @Test
    void names_logins_that_do_not_help_and_never_their_values() {
        String text = MissingCredentials.text(
                FILE, Map.of("TENANT_URL", "http://nobody", "AZURE_PASSWORD", "hunter2", "AZURE_USERNAME", "me"));

        assertThat(text)
                .contains(
                        "registering the device with TENANT_URL, AZURE_USERNAME, AZURE_PASSWORD is not supported",
                        "az iot hub device-identity create --edge-enabled",
                        "CONNECTION_STRING")
                .doesNotContain("hunter2", "nobody");
    }

    @Test
    void an_empty_login_counts_as_unset() {
        assertThat(MissingCredentials.text(FILE, Map.of("TENANT_ID", "", "AZURE_IOT_HUB_NAME", " ")))
                .doesNotContain("not supported");
    }
}
