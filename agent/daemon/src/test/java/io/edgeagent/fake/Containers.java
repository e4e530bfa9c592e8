package io.edgeagent.fake;

import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import java.time.Instant;
import java.util.Optional;

/** Containers as an engine would show them. */
public final class Containers {
    public static final Instant STARTED = Instant.parse("2026-01-01T10:00:00Z");
    public static final Instant ENDED = Instant.parse("2026-01-01T10:05:00Z");

    private Containers() {}

    public static Container running(ModuleSpec spec) {
        return of(spec, Container.State.RUNNING, Container.Health.NONE, 0);
    }

    public static Container running(ModuleSpec spec, Container.Health health) {
        return of(spec, Container.State.RUNNING, health, 0);
    }

    public static Container exited(ModuleSpec spec, int exitCode) {
        return of(spec, Container.State.EXITED, Container.Health.NONE, exitCode);
    }

    public static Container in(ModuleSpec spec, Container.State state) {
        return of(spec, state, Container.Health.NONE, 0);
    }

    /** Killed for its memory. */
    public static Container outOfMemory(ModuleSpec spec) {
        return container(spec.name(), spec.fingerprint(), Container.State.EXITED, Container.Health.NONE, 137, true, "");
    }

    /** The engine tried to start it and could not. */
    public static Container unstartable(ModuleSpec spec, String error) {
        return container(
                spec.name(), spec.fingerprint(), Container.State.EXITED, Container.Health.NONE, 127, false, error);
    }

    /** One whose label with the fingerprint is gone. */
    public static Container unlabelled(String name, Container.State state) {
        return container(name, "", state, Container.Health.NONE, 0, false, "");
    }

    /** The same container, waiting for its successor to prove itself. */
    public static Container setAside(Container container) {
        return new Container(
                "set-aside-" + container.id(),
                container.module(),
                Container.previousName(container.module()),
                container.fingerprint(),
                container.standsOn(),
                container.recipe(),
                container.imageId(),
                Container.State.EXITED,
                Container.Health.NONE,
                137,
                container.startedAt(),
                Optional.of(ENDED),
                false,
                "");
    }

    /** Made on other modules' containers. */
    public static Container standingOn(Container container, String others) {
        return new Container(
                container.id(),
                container.module(),
                container.name(),
                container.fingerprint(),
                others,
                container.recipe(),
                container.imageId(),
                container.state(),
                container.health(),
                container.exitCode(),
                container.startedAt(),
                container.finishedAt(),
                container.outOfMemory(),
                container.error());
    }

    /** Made by this recipe. */
    public static Container madeBy(String recipe, Container container) {
        return new Container(
                container.id(),
                container.module(),
                container.name(),
                container.fingerprint(),
                container.standsOn(),
                recipe,
                container.imageId(),
                container.state(),
                container.health(),
                container.exitCode(),
                container.startedAt(),
                container.finishedAt(),
                container.outOfMemory(),
                container.error());
    }

    /** Another container in its place. */
    public static Container withId(Container container, String id) {
        return new Container(
                id,
                container.module(),
                container.name(),
                container.fingerprint(),
                container.standsOn(),
                container.recipe(),
                container.imageId(),
                container.state(),
                container.health(),
                container.exitCode(),
                container.startedAt(),
                container.finishedAt(),
                container.outOfMemory(),
                container.error());
    }

    /** The same one, started anew. */
    public static Container startedAt(Container container, Instant time) {
        return new Container(
                container.id(),
                container.module(),
                container.name(),
                container.fingerprint(),
                container.standsOn(),
                container.recipe(),
                container.imageId(),
                container.state(),
                container.health(),
                container.exitCode(),
                Optional.of(time),
                container.finishedAt(),
                container.outOfMemory(),
                container.error());
    }

    private static Container of(ModuleSpec spec, Container.State state, Container.Health health, int exitCode) {
        return container(spec.name(), spec.fingerprint(), state, health, exitCode, false, "");
    }

    private static Container container(
            String name,
            String fingerprint,
            Container.State state,
            Container.Health health,
            int exitCode,
            boolean outOfMemory,
            String error) {
        boolean ran = state != Container.State.CREATED;
        boolean ended = state == Container.State.EXITED || state == Container.State.DEAD;
        return new Container(
                "id-of-" + name,
                name,
                name,
                fingerprint,
                "",
                "",
                "sha256:" + "ab".repeat(32),
                state,
                health,
                exitCode,
                ran ? Optional.of(STARTED) : Optional.empty(),
                ended ? Optional.of(ENDED) : Optional.empty(),
                outOfMemory,
                error);
    }
}
