package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesConfigTest {
    private static final Map<String, String> DEVICE =
            Map.of("CONNECTION_STRING", "HostName=hub.example.net;DeviceId=board;SharedAccessKey=a2V5");

    @TempDir
    private Path folder;

    @Test
    void without_the_section_the_engine_decides() throws IOException {
        assertThat(read("")).isEqualTo(new DevicesConfig("allow", Map.of(), Set.of()));
    }

    @Test
    void reads_policy_aliases_and_what_is_allowed() throws IOException {
        DevicesConfig config = read("""
                [devices]
                privileged = "narrow"
                allow = ["/dev/sda"]
                [devices.aliases]
                qwiic = "i2c:1"
                """);

        assertThat(config.privileged()).isEqualTo("narrow");
        assertThat(config.aliases()).containsExactly(Map.entry("qwiic", "i2c:1"));
        assertThat(config.allow()).containsExactly("/dev/sda");
        assertThat(check().warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "privileged = \"maybe\" | devices.privileged is \"maybe\", expected allow, narrow, refuse",
                "privileged = true | devices.privileged is \"true\"",
                "allow = \"/dev/sda\" | devices.allow is not a list",
                "allow = [\"sda\"] | devices.allow names \"sda\"",
                "aliases = \"i2c:1\" | devices.aliases is not a table",
                "aliases.qwiic = 1 | devices.aliases.qwiic must be"
            })
    void says_what_is_wrong(String line, String said) throws IOException {
        write("[devices]\n" + line);

        assertThat(check().errors()).anySatisfy(error -> assertThat(error).contains(said));
    }

    private DevicesConfig read(String toml) throws IOException {
        write(toml);
        return AgentConfig.load(file(), Optional.empty(), DEVICE).devices();
    }

    private Findings check() {
        return AgentConfig.check(file(), DEVICE);
    }

    private void write(String toml) throws IOException {
        Files.writeString(file(), toml);
    }

    private Path file() {
        return folder.resolve("config.toml");
    }
}
