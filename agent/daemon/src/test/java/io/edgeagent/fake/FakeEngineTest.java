package io.edgeagent.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerEngineContract;
import io.edgeagent.reconcile.ContainerRecipe;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FakeEngineTest extends ContainerEngineContract {
    private final RegistryCredential login = new RegistryCredential("acr.example.io", "puller", "pull-me");
    private final ContainerRecipe recipe = new ContainerRecipe("hub.example.net", "board-1", "azure-iot-edge");
    private final FakeEngine engine = new FakeEngine(recipe.deviceLabel())
            .push("acr.example.io/busybox:1", login)
            .push("acr.example.io/busybox:2", login);

    @Test
    void a_watch_is_lost_once_when_the_engine_ends() {
        AtomicInteger lost = new AtomicInteger();
        engine.watch(() -> {}, lost::incrementAndGet);

        engine.setAway(true);
        engine.setAway(false);
        engine.setAway(true);

        assertThat(lost).hasValue(1);
    }

    @Test
    void nobody_answers_while_it_is_away() {
        engine.setAway(true);

        assertThat(problemOf(engine::containers).code()).isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
    }

    @Override
    protected ContainerEngine engine() {
        return engine;
    }

    @Override
    protected ContainerRecipe recipe() {
        return recipe;
    }

    @Override
    protected ImageReference image(String tag) {
        return ImageReference.parse("acr.example.io/busybox:" + tag);
    }

    @Override
    protected ImageReference imageByDigest() {
        return engine.digestOf("acr.example.io/busybox:2");
    }

    @Override
    protected RegistryCredential login() {
        return login;
    }

    @Override
    protected String name(String module) {
        return "m-" + module;
    }

    @Override
    protected void makeForeign(String name) {
        engine.addForeign(name);
    }

    @Override
    protected Optional<String> runningForeign(String name) {
        return engine.stateOf(name)
                .filter(state -> state == Container.State.RUNNING)
                .flatMap(state -> engine.idOfContainer(name));
    }

    @Override
    protected int networks() {
        return engine.networksMade();
    }
}
