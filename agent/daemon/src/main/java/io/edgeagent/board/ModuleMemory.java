package io.edgeagent.board;

import io.edgeagent.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a module over an end of the agent.
 *
 * @param fingerprint of the spec that restarts and rejection are about
 * @param outdated why the image that was on the board had to do
 * @param rejection why that spec was rolled back
 * @param halted it was stopped by us, or about to be started
 * @param restarts since it last ran well for a while
 * @param lastRestart wall clock, for the report only
 * @param upContainer the container that was last seen up; empty if it was seen to end by itself
 * @param upBoot the boot in which it was
 * @param upEngine the life of the engine in which it was
 */
public record ModuleMemory(
        String fingerprint,
        Optional<Problem> outdated,
        Optional<Problem> rejection,
        boolean halted,
        int restarts,
        Optional<Instant> lastRestart,
        String upContainer,
        String upBoot,
        String upEngine) {}
