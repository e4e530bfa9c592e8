package io.edgeagent.check;

import io.edgeagent.model.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks all questions, those of a section side by side, and tells the answers in their order. A question that hangs is that check's
 * failure, and no other one waits for it.
 */
public final class CheckRun {
    private static final Duration PATIENCE_OF_PEOPLE = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Is told how it goes, on the thread that runs the checks. */
    public interface Listener {
        void section(String name);

        /** It takes more than two seconds; said once a second. */
        void stillAsking(Check check, Duration since);

        void answered(Check check, Verdict verdict);
    }

    private record Asked(Check check, Future<Verdict> answer, long since) {}

    private CheckRun() {}

    /** Blocks, for no longer than the limits of the checks allow. */
    public static void of(List<Check> checks, Listener listener) throws InterruptedException {
        Map<String, List<Check>> sections = new LinkedHashMap<>();
        checks.forEach(check -> sections.computeIfAbsent(check.section(), name -> new ArrayList<>())
                .add(check));
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (Map.Entry<String, List<Check>> section : sections.entrySet()) {
                listener.section(section.getKey());
                List<Asked> asked = section.getValue().stream()
                        .map(check -> new Asked(check, threads.submit(() -> verdict(check)), System.nanoTime()))
                        .toList();
                for (Asked each : asked) {
                    listener.answered(each.check(), await(each, listener));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Verdict verdict(Check check) {
        return Attempt.of(
                () -> {
                    try {
                        return check.question().ask();
                    } catch (CannotAsk e) {
                        return Verdict.skipped(e.getMessage());
                    }
                },
                problem -> Verdict.error(problem.text()));
    }

    private static Verdict await(Asked asked, Listener listener) throws InterruptedException {
        while (true) {
            Duration since = Duration.ofNanos(System.nanoTime() - asked.since());
            Duration left = asked.check().limit().minus(since);
            if (since.compareTo(PATIENCE_OF_PEOPLE) >= 0) {
                listener.stillAsking(asked.check(), since);
            }
            try {
                long wait = Math.max(0, Math.min(left.toNanos(), TICK.toNanos()));
                return asked.answer().get(wait, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left.compareTo(TICK) <= 0) {
                    asked.answer().cancel(true);
                    return Verdict.error("there was no answer within "
                            + asked.check().limit().toSeconds() + " seconds");
                }
            } catch (ExecutionException e) {
                return Verdict.error("the check itself failed: " + e.getCause());
            }
        }
    }
}
