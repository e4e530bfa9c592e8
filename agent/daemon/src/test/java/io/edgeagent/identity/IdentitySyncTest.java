package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentitySyncTest {
    private static final SharedKey OTHER = SharedKey.of(new byte[] {9});

    private final FakeRegistry hub = new FakeRegistry();
    private final FakeClock clock = new FakeClock();
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Deployment deployment =
            Manifest.version(1).with(Manifest.module("led")).deployment();
    private final IdentitySync sync = new IdentitySync(
            new Identities(hub, () -> SharedKey.of(new byte[] {1})),
            ModuleSockets.NONE,
            new MemoryStore(),
            clock,
            new SplittableRandom(1),
            events::add,
            Runnable::run);

    @AfterEach
    void close() {
        sync.close();
    }

    @Test
    @Warns("WARN event=module_key_set_again")
    void looks_after_known_identities_when_the_link_comes_up_and_every_hour() throws InterruptedException {
        follow();
        sync.linkUp();
        hub.changeKey("led", OTHER);
        follow();
        assertThat(hub.primaryKey("led")).isNotEqualTo(Optional.of(OTHER));

        hub.changeKey("led", OTHER);
        clock.advance(Duration.ofMinutes(40));
        sync.follow(deployment, true, Set.of());
        assertThat(sync.nextWake()).isGreaterThan(clock.nanos());
        assertThat(hub.primaryKey("led")).contains(OTHER);

        clock.advance(Duration.ofMinutes(20));
        assertThat(sync.nextWake()).isLessThanOrEqualTo(clock.nanos());
        follow();
        assertThat(hub.primaryKey("led")).isNotEqualTo(Optional.of(OTHER));
    }

    @Test
    void asks_nothing_while_the_link_is_down() throws InterruptedException {
        follow();
        sync.linkUp();
        follow();
        sync.linkLost();
        hub.changeKey("led", OTHER);

        clock.advance(Duration.ofDays(7));
        sync.follow(deployment, true, Set.of());

        assertThat(sync.nextWake()).isEqualTo(Long.MAX_VALUE);
        assertThat(events).isEmpty();
    }

    @Test
    void a_throttled_registry_is_left_alone_for_a_minute_and_no_known_module_waits_for_it()
            throws InterruptedException {
        follow();
        sync.linkUp();
        hub.refuse("list", ErrorCode.HUB_THROTTLED);

        try (LoggedLines lines = LoggedLines.of(IdentitySync.class.getName())) {
            follow();
            sync.follow(deployment, true, Set.of());
            assertThat(sync.problem()).isEmpty();
            assertThat(sync.known()).containsOnlyKeys("led");
            assertThat(Duration.ofNanos(sync.nextWake() - clock.nanos()))
                    .isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
            clock.advance(Duration.ofSeconds(61));
            follow();
            assertThat(lines.lines()).singleElement().asString().contains("HUB_THROTTLED");
        }
        hub.relent();
        clock.advance(Duration.ofMinutes(5));
        follow();
        assertThat(sync.known()).containsOnlyKeys("led");
    }

    @Test
    @Warns("WARN event=identities_failed")
    void one_module_that_the_hub_refuses_keeps_no_other_waiting() throws InterruptedException {
        hub.refuse("create bad", ErrorCode.HUB_REFUSED);
        Deployment three = Manifest.version(1)
                .with(Manifest.module("bad"), Manifest.module("led"), Manifest.module("zoo"))
                .deployment();

        follow(three);

        assertThat(sync.known()).containsOnlyKeys("led", "zoo");
        assertThat(sync.refusals()).containsOnlyKeys("bad");
        assertThat(sync.problem()).isEmpty();
        assertThat(Duration.ofNanos(sync.nextWake() - clock.nanos())).isPositive();

        hub.relent();
        clock.advance(Duration.ofSeconds(5));
        follow(three);
        assertThat(sync.known()).containsOnlyKeys("bad", "led", "zoo");
        assertThat(sync.refusals()).isEmpty();
    }

    @Test
    void a_link_that_comes_and_goes_lists_the_registry_ever_more_seldom() {
        int lists = 0;
        for (int loss = 0; loss < 20; loss++) {
            sync.linkUp();
            sync.follow(deployment, true, Set.of());
            Optional<Runnable> answer = Optional.ofNullable(poll(loss <= 1));
            answer.ifPresent(Runnable::run);
            lists += answer.isPresent() ? 1 : 0;
            clock.advance(Duration.ofSeconds(30));
            sync.linkLost();
        }

        assertThat(lists).isLessThanOrEqualTo(3);

        sync.linkUp();
        clock.advance(Duration.ofMinutes(11));
        sync.linkLost();
        sync.linkUp();
        assertThat(sync.nextWake()).isEqualTo(clock.nanos());
    }

    private Runnable poll(boolean comes) {
        try {
            return events.poll(comes ? 10_000 : 100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void no_identity_is_deleted_on_the_word_of_a_deployment_from_the_disk() throws InterruptedException {
        follow();
        Deployment older = Manifest.version(1).with(Manifest.module("button")).deployment();

        sync.follow(older, false, Set.of());
        events.poll(10, TimeUnit.SECONDS).run();
        assertThat(sync.known()).containsOnlyKeys("led", "button");

        sync.follow(older, true, Set.of());
        events.poll(10, TimeUnit.SECONDS).run();
        assertThat(sync.known()).containsOnlyKeys("button");
    }

    @Test
    void without_a_deployment_there_is_nothing_to_wake_for() {
        sync.linkUp();

        assertThat(sync.nextWake()).isEqualTo(Long.MAX_VALUE);
    }

    /** As the conductor does, with the answer. */
    private void follow() throws InterruptedException {
        follow(deployment);
    }

    private void follow(Deployment wanted) throws InterruptedException {
        sync.follow(wanted, true, Set.of());
        Optional<Runnable> answer = Optional.ofNullable(events.poll(10, TimeUnit.SECONDS));
        assertThat(answer).as("the hub was asked").isPresent();
        answer.get().run();
    }
}
