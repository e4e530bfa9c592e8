package io.edgeagent.hub.topic;

import static io.edgeagent.hub.topic.LocalClients.Verdict.BUSY;
import static io.edgeagent.hub.topic.LocalClients.Verdict.NOT_LOOKED_AT;
import static io.edgeagent.hub.topic.LocalClients.Verdict.RIGHT;
import static io.edgeagent.hub.topic.LocalClients.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LocalClientsTest {
    private static final String HASH =
            "$7$101$MDEyMzQ1Njc4OWFi$EO/lLlkeUgIiBaS8G8UK0ZMP1u508TA7Tl+AdJ1cEsmlbGyEPAERErpfq84j1kepISs0UzmcdL4ucgZ2uodxfQ==";
    private static final Map<String, PasswordHash> PASSWORDS =
            Map.of("plain", PasswordHash.ofPassword("open"), "hashed", PasswordHash.ofMosquitto(HASH));

    private final TopicRig rig;
    private final ArrayDeque<Runnable> slow = new ArrayDeque<>();
    private final LocalClients clients;

    LocalClientsTest() throws Exception {
        rig = new TopicRig(TopicRig.ALL);
        clients = new LocalClients(rig, new LocalClients.Threads(Runnable::run, slow::add), PASSWORDS);
    }

    private LocalClients.Verdict check(String name, String password, String address) {
        List<LocalClients.Verdict> verdicts = new ArrayList<>();
        clients.check(name, password, address, verdicts::add);
        while (!slow.isEmpty()) {
            slow.poll().run();
        }
        assertThat(verdicts).hasSize(1);
        return verdicts.get(0);
    }

    @Test
    void knows_passwords_and_hashes_of_mosquitto() {
        assertThat(check("plain", "open", "1")).isEqualTo(RIGHT);
        assertThat(check("hashed", "secret", "1")).isEqualTo(RIGHT);
        assertThat(check("hashed", "open", "1")).isEqualTo(WRONG);
        assertThat(check("hashed", "", "1")).isEqualTo(WRONG);
        assertThat(check("nobody", "secret", "1")).isEqualTo(WRONG);
        assertThat(check("", "", "1")).isEqualTo(WRONG);
    }

    @Test
    @Warns("event=passwords_guessed")
    void who_guesses_waits_ever_longer_and_others_do_not() {
        for (int i = 0; i < 5; i++) {
            assertThat(check("plain", "guess" + i, "bad")).isEqualTo(WRONG);
        }
        assertThat(check("plain", "open", "bad")).isEqualTo(NOT_LOOKED_AT);
        assertThat(check("plain", "open", "good")).isEqualTo(RIGHT);
        // one misconfigured program does not lock out the others on its machine
        assertThat(check("hashed", "secret", "bad")).isEqualTo(RIGHT);
        rig.pass(Duration.ofSeconds(6));
        assertThat(check("plain", "guess", "bad")).isEqualTo(WRONG);
        rig.pass(Duration.ofSeconds(6));
        assertThat(check("plain", "open", "bad")).isEqualTo(NOT_LOOKED_AT);
        rig.pass(Duration.ofSeconds(6));
        assertThat(check("plain", "open", "bad")).isEqualTo(RIGHT);
    }

    @Test
    @Warns("event=passwords_guessed")
    void names_that_nobody_has_do_not_give_more_guesses() {
        for (int i = 0; i < 5; i++) {
            assertThat(check("name" + i, "guess", "bad")).isEqualTo(WRONG);
        }
        assertThat(check("another", "guess", "bad")).isEqualTo(NOT_LOOKED_AT);
    }

    @Test
    @Warns("event=passwords_guessed")
    void many_guesses_at_once_are_looked_at_one_after_the_other() {
        List<LocalClients.Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.check("hashed", "guess", "bad", verdicts::add);
        }
        assertThat(slow).hasSize(1);
        while (!slow.isEmpty()) {
            slow.poll().run();
        }

        assertThat(verdicts).hasSize(20);
        assertThat(verdicts.stream().filter(WRONG::equals)).hasSize(5);
    }

    @Test
    void a_board_that_cannot_compute_now_says_so_and_goes_on_later() {
        List<LocalClients.Verdict> verdicts = new ArrayList<>();
        boolean[] refuses = {true};
        LocalClients busy = new LocalClients(
                rig,
                new LocalClients.Threads(Runnable::run, task -> {
                    if (refuses[0]) {
                        throw new RejectedExecutionException();
                    }
                    task.run();
                }),
                PASSWORDS);
        busy.check("plain", "open", "1", verdicts::add);
        refuses[0] = false;
        busy.check("plain", "open", "1", verdicts::add);

        assertThat(verdicts).containsExactly(BUSY, RIGHT);
    }

    @Test
    void a_password_is_not_shown() {
        assertThat(PasswordHash.ofPassword("open")).hasToString("password");
    }
}
