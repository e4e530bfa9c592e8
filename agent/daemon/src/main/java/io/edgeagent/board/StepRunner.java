package io.edgeagent.board;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.ImageKeeper;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ContainerSpec;
import io.edgeagent.reconcile.History;
import io.edgeagent.reconcile.LogCap;
import io.edgeagent.reconcile.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries steps out on the engine. Runs on the workers and never touches the conductor's state. */
public final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private final ContainerEngine engine;
    private final ContainerRecipe recipe;
    private final ImageKeeper images;
    private final Optional<LogCap> logs;
    private final Results results;

    /** How the steps of a module ended. */
    public interface Results {
        /**
         * @param fingerprint of the spec that the step was planned for; {@link History#LEFTOVER} for a module that is no longer
         *     wanted
         * @param outdated why an image that was pulled is the one that was on the board already
         */
        void done(Step step, String fingerprint, Optional<Problem> outdated);

        /** How long a step took that is done; said before that. */
        void took(Step step, Duration time);

        /** How far a pull is, in words, now and then. */
        void pulling(String module, String progress);

        /**
         * @param fingerprint of the spec that the step was planned for; {@link History#LEFTOVER} for a module that is no longer
         *     wanted
         */
        void failed(Step step, String fingerprint, Problem reason);

        /** All steps of the module's job are done, or the rest of them was dropped. */
        void ended(String module);
    }

    public StepRunner(
            ContainerEngine engine,
            ContainerRecipe recipe,
            ImageKeeper images,
            Optional<LogCap> logs,
            Results results) {
        this.engine = engine;
        this.recipe = recipe;
        this.images = images;
        this.logs = logs;
        this.results = results;
    }

    /** Does a module's steps until one fails, and says how each ended. */
    public void run(String module, List<Step> steps, Deployment deployment, Map<String, ModuleIdentity> identities) {
        try {
            String fingerprint = Optional.ofNullable(deployment.modules().get(module))
                    .map(ModuleSpec::fingerprint)
                    .orElse(History.LEFTOVER);
            for (Step step : steps) {
                if (!done(step, fingerprint, deployment, identities)) {
                    return;
                }
            }
        } finally {
            results.ended(module);
        }
    }

    private boolean done(Step step, String fingerprint, Deployment deployment, Map<String, ModuleIdentity> identities) {
        long start = System.nanoTime();
        return Attempt.of(
                () -> {
                    Optional<Problem> outdated = perform(step, deployment, identities);
                    Duration time = Duration.ofNanos(System.nanoTime() - start);
                    LOG.info("event=step_done module={} step={} ms={}", step.module(), step.verb(), time.toMillis());
                    results.took(step, time);
                    results.done(step, fingerprint, outdated);
                    return true;
                },
                failure -> {
                    results.failed(step, fingerprint, whoseFault(failure));
                    return false;
                });
    }

    /**
     * An engine that is told to end fails the calls that are under way, for all sorts of reasons. They say nothing about the
     * module, and most of all nothing about its update.
     */
    private Problem whoseFault(Problem failure) {
        return Attempt.of(
                () -> {
                    engine.life();
                    return failure;
                },
                gone -> new Problem(ErrorCode.ENGINE_UNREACHABLE, "the engine ended meanwhile: " + failure.text()));
    }

    /** Why an image is the one that was on the board already. */
    private Optional<Problem> perform(Step step, Deployment deployment, Map<String, ModuleIdentity> identities) {
        if (step instanceof Step.Pull pull) {
            return pull(pull.spec(), deployment);
        } else if (step instanceof Step.Create create) {
            ensureNetwork();
            String generation = identities.get(create.module()).generationId();
            ContainerSpec made = recipe.containerFor(create, generation);
            engine.create(
                    logs.map(cap -> cap.on(made, engine.info().loggingDriver())).orElse(made));
        } else if (step instanceof Step.Start) {
            engine.start(step.module());
        } else if (step instanceof Step.MakeAnew) {
            ensureNetwork();
            engine.makeAnew(step.module());
        } else if (step instanceof Step.Stop) {
            engine.stop(step.module());
        } else if (step instanceof Step.Remove) {
            engine.remove(step.module());
        } else if (step instanceof Step.StopPrevious stop) {
            engine.stop(stop.name());
        } else if (step instanceof Step.SetAside) {
            engine.rename(step.module(), Container.previousName(step.module()));
        } else if (step instanceof Step.BringBack back) {
            engine.rename(back.name(), step.module());
        } else if (step instanceof Step.RemovePrevious old) {
            engine.remove(old.name());
        }
        return Optional.empty();
    }

    /** One at a time: two networks of one name would be none that a module can join. */
    private synchronized void ensureNetwork() {
        engine.ensureNetwork();
    }

    private Optional<Problem> pull(ModuleSpec spec, Deployment deployment) {
        ImageReference image = spec.image();
        try {
            images.pull(image, deployment.credentialFor(image), line -> {
                LOG.info("event=pull_progress module={} image={} progress=\"{}\"", spec.name(), image, line);
                results.pulling(spec.name(), line);
            });
            return Optional.empty();
        } catch (ProblemException e) {
            // without network the image on the board must do; a registry that refuses has a reason that somebody must
            // see
            if (e.problem().code() != ErrorCode.REGISTRY_UNREACHABLE
                    || engine.imageId(image).isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "event=pull_failed_local_image_used module={} image={} reason=\"{}\"",
                    spec.name(),
                    image,
                    e.problem().text());
            return Optional.of(e.problem());
        }
    }
}
