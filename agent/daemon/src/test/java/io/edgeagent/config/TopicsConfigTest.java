package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsConfigTest {
    private static final String HASH =
            "$7$101$MDEyMzQ1Njc4OWFi$EO/lLlkeUgIiBaS8G8UK0ZMP1u508TA7Tl+AdJ1cEsmlbGyEPAERErpfq84j1kepISs0UzmcdL4ucgZ2uodxfQ==";

    private final Findings findings = new Findings();

    @TempDir
    private Path folder;

    private TopicsConfig read(String toml) throws Exception {
        JsonNode file = new TomlMapper().readTree(toml);
        KnownKeys.check(file, findings);
        return TopicsConfig.of(file.path("hub"), findings);
    }

    @Test
    void nobody_and_nowhere_by_default() throws Exception {
        assertThat(read("")).isEqualTo(TopicsConfig.NONE);
        assertThat(findings.errors()).isEmpty();
    }

    @Test
    void clients_have_a_password_a_file_of_it_or_its_hash_and_none_is_ever_shown() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "from a file\n");

        TopicsConfig config = read("""
                [hub]
                plain = ["127.0.0.1:1883", "[::1]:1884", "modules:1883"]
                [[hub.clients]]
                name = "a"
                password = "open sesame"
                [[hub.clients]]
                name = "b"
                password_file = "file://%s"
                [[hub.clients]]
                name = "c"
                password_hash = "%s"
                """.formatted(file, HASH));

        assertThat(config.clients().get("a").text()).isEqualTo("open sesame");
        assertThat(config.clients().get("b").text()).isEqualTo("from a file");
        assertThat(config.clients().get("c").hashed()).isTrue();
        assertThat(config.toString())
                .doesNotContain("sesame")
                .doesNotContain("from a file")
                .doesNotContain("$7$");
        assertThat(config.plain())
                .containsExactly(
                        new TopicsConfig.Place(Optional.of("127.0.0.1"), 1883),
                        new TopicsConfig.Place(Optional.of("::1"), 1884),
                        new TopicsConfig.Place(Optional.empty(), 1883));
        assertThat(findings.errors()).isEmpty();
        assertThat(findings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:1883",
                "192.168.1.10:1883",
                "[::]:1883",
                "localhost:1883",
                "1883",
                "127.0.0.1:0",
                "127.0.0.1:70000"
            })
    void other_places_without_tls_are_refused(String place) throws Exception {
        assertThat(read("hub.plain = \"" + place + "\"").plain()).isEmpty();
        assertThat(findings.errors()).singleElement().asString().contains(place).contains("127.0.0.1:1883");
    }

    @Test
    void a_port_where_the_hub_speaks_tls_is_refused() throws Exception {
        assertThat(read("hub.plain = \"127.0.0.1:8883\"").plain()).isEmpty();
        assertThat(findings.errors()).singleElement().asString().contains("8883", "TLS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = \"a\"",
                "password = \"pssst\"",
                "name = \"a/b\"\npassword = \"pssst\"",
                "name = \"a\"\npassword = \"pssst\"\npassword_hash = \"$7$x\"",
                "name = \"a\"\npassword_hash = \"$7$pssst\"",
                "name = \"a\"\npassword_hash = \"$7$99999$MDEyMzQ1Njc4OWFi$MDEyMzQ1Njc4OWFiMDEyMzQ1Njc4OWFi\"",
                "name = \"a\"\npassword = \"pssst\"\n[[hub.clients]]\nname = \"a\"\npassword = \"pssst\"",
            })
    void a_client_that_cannot_be_understood_is_refused_without_its_password(String client) throws Exception {
        assertThat(read("[[hub.clients]]\n" + client).clients()).isEmpty();
        assertThat(findings.errors())
                .singleElement()
                .asString()
                .contains("hub.clients")
                .doesNotContain("pssst");
    }

    @Test
    void a_misspelled_key_of_a_client_is_named() throws Exception {
        read("[[hub.clients]]\nname = \"a\"\npassword = \"x\"\npasword = \"y\"");

        assertThat(findings.warnings()).singleElement().asString().contains("hub.clients.pasword");
    }
}
