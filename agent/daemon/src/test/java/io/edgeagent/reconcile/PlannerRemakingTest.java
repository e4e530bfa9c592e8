package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A container of an earlier manifest entry that the engine cannot start any more: only the engine knows how it was made. */
class PlannerRemakingTest {
    private static final Manifest.Module NEW = module("led").image("led:2").rollingBack();
    private static final ModuleSpec BEFORE =
            module("led").image("led:1").rollingBack().spec();

    private final Scene scene = Scene.of(NEW).pulled("led");

    @Test
    void the_one_before_that_an_engine_cannot_start_any_more_is_made_anew_as_it_was() {
        scene.rejected("led").board(exited(BEFORE, 137)).halted("led");
        for (int attempt = 0; attempt < 3; attempt++) {
            scene.later(Duration.ofMinutes(10));
            assertThat(scene.steps()).containsExactly("start led");
            scene.failed("led", ErrorCode.ENGINE_FAILED);
        }

        assertThat(scene.later(Duration.ofMinutes(10)).steps()).containsExactly("make anew led", "start led");
    }

    @Test
    void one_that_cannot_be_made_anew_either_is_started_again() {
        scene.rejected("led").board(exited(BEFORE, 137)).halted("led");
        for (int attempt = 0; attempt < 3; attempt++) {
            scene.failed("led", ErrorCode.ENGINE_FAILED);
        }
        Problem tooLarge = new Problem(ErrorCode.ENGINE_FAILED, "too much to be read");
        scene.history("led", scene.historyOf("led").withFailure(new Step.MakeAnew("led"), tooLarge, scene.now(), 0));

        assertThat(scene.later(Duration.ofMinutes(10)).steps()).containsExactly("start led");
    }

    @Test
    void the_one_before_is_made_anew_while_the_image_of_the_new_one_cannot_be_had() {
        Scene unpulled = Scene.of(NEW).board(exited(BEFORE, 137)).halted("led");
        for (int attempt = 0; attempt < 3; attempt++) {
            unpulled.failed("led", ErrorCode.ENGINE_FAILED).pullFailed("led").later(Duration.ofMinutes(10));
        }

        assertThat(unpulled.steps()).containsExactly("make anew led", "start led");
    }
}
