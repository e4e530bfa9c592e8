package io.edgeagent.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeEngine;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.LocalImage;
import io.edgeagent.testing.LoggedLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ImageKeeperTest {
    private static final long MB = 1_000_000;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Deployment NOTHING = Manifest.version(1).deployment();

    private final FakeEngine engine = new FakeEngine("device");
    private final MemoryStore store = new MemoryStore();
    private final FakeClock clock = new FakeClock();
    // a disk of 10 GB, of which every image takes 100 MB
    private long otherData = 1000 * MB;
    private Optional<DiskSpace.FreeSpace.Files> files = Optional.empty();
    private final DiskSpace space = folder -> Optional.of(new DiskSpace.FreeSpace(
            10_000 * MB - otherData - 100 * MB * engine.images().size(), 10_000 * MB, files));
    private ImageKeeper keeper = keeper(DiskLimits.DEFAULT);

    @Test
    void removes_what_we_pulled_when_nobody_needed_it_for_a_week() {
        pull("acr.io/old:1");
        keeper.look();

        looks(7 * 24 - 1);
        assertThat(board()).containsExactly("acr.io/old:1");
        looks(1);

        assertThat(board()).isEmpty();
        assertThat(store.pulledImages()).isEmpty();
    }

    @Test
    void the_age_goes_on_after_a_restart_and_stands_still_while_the_agent_is_off() {
        pull("acr.io/old:1");
        keeper.look();
        looks(7 * 24 - 2);

        clock.advance(Duration.ofDays(100));
        keeper = keeper(DiskLimits.DEFAULT);
        looks(1);
        assertThat(board()).containsExactly("acr.io/old:1");
        looks(1);

        assertThat(board()).isEmpty();
    }

    @Test
    void keeps_what_was_on_the_board_before() {
        engine.load("acr.io/theirs:1");
        pull("acr.io/theirs:1");

        looks(1000);

        assertThat(board()).containsExactly("acr.io/theirs:1");
    }

    @Test
    void keeps_what_the_deployment_names_without_a_container() {
        pull("acr.io/led:1");
        keeper.follow(deployment("acr.io/led:1"));

        looks(1000);

        assertThat(board()).containsExactly("acr.io/led:1");
    }

    @Test
    void without_its_list_it_removes_nothing() {
        pull("acr.io/old:1");
        store.savePulledImages(List.of());
        keeper = keeper(DiskLimits.DEFAULT);

        looks(1000);

        assertThat(board()).containsExactly("acr.io/old:1");
    }

    @Test
    void looks_after_ten_minutes_and_then_every_hour() {
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 150; minute++) {
            clock.advance(Duration.ofMinutes(1));
            if (keeper.follow(NOTHING)) {
                minutes.add(minute);
            }
        }

        assertThat(minutes).containsExactly(10, 70, 130);
    }

    @Test
    void an_engine_that_is_away_is_said_once() {
        pull("acr.io/old:1");
        engine.setAway(true);

        try (LoggedLines log = LoggedLines.of(ImageKeeper.class.getName())) {
            looks(3);
            assertThat(log.lines()).singleElement().asString().contains("images_not_looked_through");
        }
    }

    @Test
    void a_short_disk_loses_the_longest_unused_first_until_it_is_enough() {
        pull("acr.io/a:1");
        looks(2);
        pull("acr.io/b:1");
        looks(2);
        pull("acr.io/c:1");

        otherData = 9500 * MB;
        keeper.look();

        assertThat(board()).containsExactly("acr.io/b:1", "acr.io/c:1");
    }

    @Test
    void room_is_made_before_a_pull() {
        pull("acr.io/old:1");
        otherData = 9700 * MB;

        pull("acr.io/new:1");

        assertThat(board()).containsExactly("acr.io/new:1");
    }

    @Test
    void a_pull_is_refused_when_the_disk_is_short_and_nothing_may_go() {
        engine.load("acr.io/theirs:1");
        otherData = 9700 * MB;

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull("acr.io/new:1"))
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.DISK_FULL))
                .withMessage("image acr.io/new:1: the disk of the container engine (/fake/docker) is full: 200 MB are"
                        + " free and 256 MB must stay free; free some, or set min_free_mb in [disk] of config.toml");
        assertThat(board()).containsExactly("acr.io/theirs:1");
        assertThat(engine.calls()).isEmpty();
    }

    @Test
    void a_small_disk_must_keep_a_twentieth_free() {
        DiskGuard guard = new DiskGuard(
                engine,
                folder -> Optional.of(new DiskSpace.FreeSpace(101 * MB, 2000 * MB, Optional.empty())),
                OptionalLong.empty());

        assertThat(guard.isShort()).isFalse();
        assertThat(new DiskGuard(
                                engine,
                                folder -> Optional.of(new DiskSpace.FreeSpace(99 * MB, 2000 * MB, Optional.empty())),
                                OptionalLong.empty())
                        .isShort())
                .isTrue();
    }

    @Test
    void inodes_that_have_run_out_are_told_apart_from_bytes() {
        files = Optional.of(new DiskSpace.FreeSpace.Files(12, 131_072));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull("acr.io/a:1"))
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.DISK_FULL))
                .withMessage(
                        "image acr.io/a:1: the disk of the container engine (/fake/docker) has room, 9000 MB, but not"
                                + " for more files: 12 of 131072 inodes are free and 6553 must stay free; remove small files, see"
                                + " them with: df -i");

        files = Optional.of(new DiskSpace.FreeSpace.Files(7_000, 131_072));
        pull("acr.io/a:1");
        assertThat(board()).containsExactly("acr.io/a:1");
    }

    @Test
    void the_configuration_decides_how_much_must_stay_free() {
        keeper =
                keeper(new DiskLimits(Optional.empty(), DiskLimits.DEFAULT.images(), HOUR, OptionalLong.of(9000 * MB)));

        pull("acr.io/a:1");
        otherData = 1100 * MB;

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull("acr.io/b:1"))
                .withMessageContaining("8900 MB are free and 9000 MB must stay free");
    }

    @Test
    void a_pull_that_the_engine_could_not_store_is_tried_again_once_unused_images_went() {
        pull("acr.io/old:1");
        engine.push("acr.io/new:1").refuse("pull acr.io/new:1", ErrorCode.DISK_FULL, "no space left on device");

        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> pull("acr.io/new:1"));

        assertThat(board()).isEmpty();
        assertThat(engine.calls())
                .containsSubsequence("pull acr.io/new:1", "remove image acr.io/old:1", "pull acr.io/new:1");
    }

    @Test
    void an_image_that_did_not_fit_is_not_fetched_again_before_more_is_free() {
        engine.refuse("pull acr.io/big:1", ErrorCode.DISK_FULL, "no space left on device");
        keeper.follow(deployment("acr.io/big:1"));
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> pull("acr.io/big:1"));
        engine.relent("pull acr.io/big:1");

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull("acr.io/big:1"))
                .withMessageContaining("it did not fit when 9000 MB were free, and now 9000 MB are");
        otherData -= 100 * MB;
        pull("acr.io/big:1");

        assertThat(board()).containsExactly("acr.io/big:1");
    }

    @Test
    void a_pull_is_stopped_when_the_disk_gets_short_meanwhile() {
        engine.push("acr.io/big:1");
        keeper = new ImageKeeper(
                engine,
                store,
                folder -> Optional.of(new DiskSpace.FreeSpace(
                        engine.calls().contains("pull acr.io/big:1") ? 255 * MB : 300 * MB,
                        10_000 * MB,
                        Optional.empty())),
                DiskLimits.DEFAULT,
                clock,
                Runnable::run);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull("acr.io/big:1"))
                .withMessageContaining("255 MB are free and 256 MB must stay free");
        assertThat(board()).isEmpty();
    }

    @Test
    void a_disk_that_cannot_be_seen_refuses_nothing_and_is_said_once() {
        try (LoggedLines log = LoggedLines.of(DiskGuard.class.getName())) {
            keeper = new ImageKeeper(
                    engine, store, folder -> Optional.empty(), DiskLimits.DEFAULT, clock, Runnable::run);

            pull("acr.io/a:1");
            pull("acr.io/b:1");

            assertThat(board()).containsExactly("acr.io/a:1", "acr.io/b:1");
            assertThat(log.lines()).singleElement().asString().contains("disk_guard_off");
        }
    }

    private ImageKeeper keeper(DiskLimits limits) {
        return new ImageKeeper(engine, store, space, limits, clock, Runnable::run);
    }

    private void pull(String image) {
        engine.push(image);
        keeper.pull(ImageReference.parse(image), Optional.empty(), line -> {});
    }

    private static Deployment deployment(String image) {
        return Manifest.version(2).with(Manifest.module("led").image(image)).deployment();
    }

    private void looks(int hours) {
        for (int hour = 0; hour < hours; hour++) {
            clock.advance(HOUR);
            keeper.look();
        }
    }

    private Set<String> board() {
        Set<String> names = new TreeSet<>();
        engine.setAway(false);
        engine.images().stream().map(LocalImage::names).forEach(names::addAll);
        return names;
    }
}
