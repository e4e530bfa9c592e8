package io.edgeagent.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.adapter.docker.DockerEngine;
import io.edgeagent.adapter.store.FileStore;
import io.edgeagent.adapter.store.FileSystemSpace;
import io.edgeagent.fake.EngineLab;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.OwnImages;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ModuleNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes and what stays on a real engine, beside things of others. */
class ImageKeeperIT {
    private final EngineLab lab = new EngineLab();
    private final OwnImages images = new OwnImages(lab);
    private final FakeClock clock = new FakeClock();
    private final DockerEngine engine =
            new DockerEngine(lab.engine(), "hub.example.net/board", ModuleNetwork.of("azure-iot-edge"));

    @TempDir
    Path folder;

    @AfterEach
    void clean() {
        engine.close();
        lab.clean();
        images.clean();
        lab.tryDocker("volume", "rm", lab.run() + "-volume");
    }

    @Test
    void an_unused_image_of_ours_goes_and_everything_of_others_is_as_it_was() {
        String ours = images.push("1");
        String others = lab.run() + "-others:1";
        images.make(others);
        lab.docker("volume", "create", lab.run() + "-volume");
        lab.docker("network", "create", lab.run() + "-network");
        lab.docker("run", "-d", "--name", lab.run() + "-c", "-v", lab.run() + "-volume:/v", others, "sleep", "100000");
        String idle = lab.run() + "-idle:1";
        images.make(idle);
        String before = inspect(others, idle);
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, ours);

        unusedForAWeek(keeper);

        assertThat(onBoard(ours)).isFalse();
        assertThat(inspect(others, idle)).isEqualTo(before);
    }

    @Test
    void an_image_that_was_pulled_by_hand_before_stays() {
        String name = images.push("2");
        images.pullByHand(name);
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, name);

        unusedForAWeek(keeper);

        assertThat(onBoard(name)).isTrue();
    }

    @Test
    void an_image_of_ours_stays_while_a_container_of_anybody_uses_it_even_one_that_is_down() {
        String name = images.push("3");
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, name);
        lab.docker("create", "--name", lab.run() + "-down", name);

        unusedForAWeek(keeper);
        assertThat(onBoard(name)).isTrue();

        lab.docker("rm", lab.run() + "-down");
        unusedForAWeek(keeper);
        assertThat(onBoard(name)).isFalse();
    }

    @Test
    void an_image_of_ours_stays_while_somebody_has_a_name_of_his_own_for_it() {
        String name = images.push("4");
        String own = lab.run() + "-kept:1";
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, name);
        lab.docker("tag", name, own);

        unusedForAWeek(keeper);
        assertThat(onBoard(name)).isTrue();
        assertThat(onBoard(own)).isTrue();

        lab.docker("rmi", own);
        unusedForAWeek(keeper);
        assertThat(onBoard(name)).isFalse();
    }

    @Test
    void an_image_whose_tag_went_to_a_newer_one_goes_and_the_newer_one_stays_while_it_is_deployed() {
        String name = images.push("5");
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, name);
        String older = id(name);
        // the tag moves on the board too; what is pushed is taken off again
        images.push("5");
        pull(keeper, name);
        assertThat(lab.tryDocker("image", "inspect", older)).isPresent();
        keeper.follow(
                Manifest.version(1).with(Manifest.module("led").image(name)).deployment());

        unusedForAWeek(keeper);

        assertThat(id(name)).isNotEqualTo(older);
        assertThat(lab.tryDocker("image", "inspect", older)).isEmpty();
    }

    @Test
    void an_image_with_two_names_of_ours_goes_with_both() {
        String name = images.push("6");
        ImageKeeper keeper = keeper(OptionalLong.empty());
        pull(keeper, name);
        String digest = lab.docker("image", "inspect", "-f", "{{index .RepoDigests 0}}", name);
        pull(keeper, digest);

        unusedForAWeek(keeper);

        assertThat(lab.tryDocker("image", "inspect", name)).isEmpty();
        assertThat(lab.tryDocker("image", "inspect", digest)).isEmpty();
    }

    @Test
    void the_disk_of_the_engine_is_seen_and_a_pull_that_would_fill_it_is_refused() {
        String name = images.push("7");
        ImageKeeper keeper = keeper(OptionalLong.of(Long.MAX_VALUE / 2));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> pull(keeper, name))
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.DISK_FULL))
                .withMessageContaining(lab.docker("info", "-f", "{{.DockerRootDir}}"));
        assertThat(onBoard(name)).isFalse();
    }

    private ImageKeeper keeper(OptionalLong minFree) {
        DiskLimits limits = new DiskLimits(Optional.empty(), DiskLimits.DEFAULT.images(), Duration.ofHours(1), minFree);
        return new ImageKeeper(engine, new FileStore(folder), new FileSystemSpace(), limits, clock, Runnable::run);
    }

    private void pull(ImageKeeper keeper, String name) {
        keeper.pull(ImageReference.parse(name), Optional.of(lab.login()), line -> {});
    }

    private void unusedForAWeek(ImageKeeper keeper) {
        keeper.look();
        clock.advance(Duration.ofDays(7));
        keeper.look();
    }

    private boolean onBoard(String name) {
        return lab.tryDocker("image", "inspect", name).isPresent();
    }

    private String id(String name) {
        return lab.docker("image", "inspect", "-f", "{{.Id}}", name);
    }

    private String inspect(String... imageNames) {
        return lab.docker("inspect", lab.run() + "-c")
                + lab.docker("volume", "inspect", lab.run() + "-volume")
                + lab.docker("network", "inspect", lab.run() + "-network")
                + lab.docker("image", "inspect", imageNames[0])
                + lab.docker("image", "inspect", imageNames[1]);
    }
}
