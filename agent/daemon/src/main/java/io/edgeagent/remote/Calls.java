package io.edgeagent.remote;

import io.edgeagent.model.Attempt;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Workers;
import io.edgeagent.twin.MethodAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Carries out calls that take their time, a few side by side. Nobody waits in a queue: who finds all threads busy is told so. A call
 * whose answer nobody waits for any more is cut off, and so is one that takes too long.
 */
final class Calls implements AutoCloseable {
    private static final int SIDE_BY_SIDE = 4;
    /** The longest that a hub waits for the answer to a method. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Workers workers;
    private final AtomicInteger running = new AtomicInteger();

    Calls(Clock clock) {
        this.workers = new Workers("logs", SIDE_BY_SIDE, clock);
    }

    /** @param work blocks, and may be interrupted; its answer is that of the future, which may be cancelled */
    CompletableFuture<MethodAnswer> begin(Supplier<MethodAnswer> work) {
        CompletableFuture<MethodAnswer> answer = new CompletableFuture<>();
        if (running.incrementAndGet() > SIDE_BY_SIDE) {
            running.decrementAndGet();
            answer.complete(MethodAnswer.error(
                    500, SIDE_BY_SIDE + " calls that read logs are under way already; ask again in a minute"));
            return answer;
        }
        Work call =
                new Work(() -> answer.complete(Attempt.of(work, problem -> MethodAnswer.error(500, problem.text()))));
        // whoever ends it first: the work itself, the caller who is gone, or the time
        var unused = answer.completeOnTimeout(
                        MethodAnswer.error(
                                500,
                                "the log could not be read within " + PATIENCE.toSeconds() + " s: narrow the filter"),
                        PATIENCE.toSeconds(),
                        TimeUnit.SECONDS)
                .whenComplete((done, failure) -> call.cutOff());
        if (!workers.submit(call)) {
            call.end();
            answer.complete(MethodAnswer.error(500, "the agent is stopping"));
        }
        return answer;
    }

    /** A piece of work with the thread that is at it. */
    private final class Work implements Runnable {
        private final Runnable work;
        private Optional<Thread> worker = Optional.empty();
        private boolean over;

        Work(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                if (begins()) {
                    work.run();
                }
            } finally {
                end();
                Thread.interrupted();
            }
        }

        private synchronized boolean begins() {
            worker = Optional.of(Thread.currentThread());
            return !over;
        }

        /** From then on an interrupt would hit somebody else's work. */
        synchronized void end() {
            over = true;
            worker = Optional.empty();
            running.decrementAndGet();
        }

        synchronized void cutOff() {
            over = true;
            worker.filter(thread -> thread != Thread.currentThread()).ifPresent(Thread::interrupt);
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}
