package io.edgeagent.hub.world;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The simulated world for every build; {@code ./dev simulate} runs it for longer. */
class WorldTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.edgeagent");
    private static final Level BEFORE = LOGGER.getLevel();

    @BeforeAll
    static void say_nothing() {
        LOGGER.setLevel(Level.OFF);
    }

    // other tests of this JVM read what is logged
    @AfterAll
    static void say_as_much_as_before() {
        LOGGER.setLevel(BEFORE);
    }

    private static World after(long seed, long hours) {
        World world = new World(seed);
        world.run((1 + hours) * SimTime.HOUR);
        return world;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void the_hub_keeps_its_word_whatever_happens_around_it(long seed) {
        World world = after(seed, 12);

        Model.Totals totals = world.model().totals();
        assertThat(totals.acknowledged()).as("something happened").isPositive();
        assertThat(world.deaths()).isPositive();
        assertThat(world.cloud().mail().done()).as("messages from the cloud").isPositive();
    }

    @Test
    void the_same_seed_gives_the_same_course() {
        assertThat(after(3, 4).fingerprint()).isEqualTo(after(3, 4).fingerprint());
        assertThat(after(1, 1).fingerprint()).isNotEqualTo(after(3, 1).fingerprint());
    }
}
