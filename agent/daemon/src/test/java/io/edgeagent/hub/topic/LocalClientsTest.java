package io.edgeagent.hub.topic;

import static io.edgeagent.hub.topic.LocalClients.Verdict.NOT_LOOKED_AT;
import static io.edgeagent.hub.topic.LocalClients.Verdict.RIGHT;
import static io.edgeagent.hub.topic.LocalClients.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalClientsTest {
    private static final String HASH =
            "$7$101$MDEyMzQ1Njc4OWFi$EO/lLlkeUgIiBaS8G8UK0ZMP1u508TA7Tl+AdJ1cEsmlbGyEPAERErpfq84j1kepISs0UzmcdL4ucgZ2uodxfQ==";

    private final TopicRig rig;
    private final LocalClients clients;

    LocalClientsTest() throws Exception {
        rig = new TopicRig(TopicRig.ALL);
        clients = new LocalClients(
                rig, Map.of("plain", PasswordHash.ofPassword("open"), "hashed", PasswordHash.ofMosquitto(HASH)));
    }

    @Test
    void knows_passwords_and_hashes_of_mosquitto() {
        assertThat(clients.check("plain", "open", "1")).isEqualTo(RIGHT);
        assertThat(clients.check("hashed", "secret", "1")).isEqualTo(RIGHT);
        assertThat(clients.check("hashed", "open", "1")).isEqualTo(WRONG);
        assertThat(clients.check("hashed", "", "1")).isEqualTo(WRONG);
        assertThat(clients.check("nobody", "nobody", "1")).isEqualTo(WRONG);
        assertThat(clients.check("", "", "1")).isEqualTo(WRONG);
    }

    @Test
    @Warns("event=passwords_guessed")
    void who_guesses_waits_ever_longer_and_others_do_not() {
        for (int i = 0; i < 5; i++) {
            assertThat(clients.check("plain", "guess" + i, "bad")).isEqualTo(WRONG);
        }
        assertThat(clients.check("plain", "open", "bad")).isEqualTo(NOT_LOOKED_AT);
        assertThat(clients.check("plain", "open", "good")).isEqualTo(RIGHT);
        rig.pass(Duration.ofSeconds(6));
        assertThat(clients.check("plain", "guess", "bad")).isEqualTo(WRONG);
        rig.pass(Duration.ofSeconds(6));
        assertThat(clients.check("plain", "open", "bad")).isEqualTo(NOT_LOOKED_AT);
        rig.pass(Duration.ofSeconds(6));
        assertThat(clients.check("plain", "open", "bad")).isEqualTo(RIGHT);
    }

    @Test
    void a_password_is_not_shown() {
        assertThat(PasswordHash.ofPassword("open")).hasToString("password");
    }
}
