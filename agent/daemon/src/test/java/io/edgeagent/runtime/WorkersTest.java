package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.testing.LoggedLines;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
    private final FakeClock clock = new FakeClock();
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @Test
    void tasks_run_side_by_side_on_so_many_threads() throws InterruptedException {
        CyclicBarrier both = new CyclicBarrier(2);
        try (Workers workers = new Workers("pair", 2, clock)) {
            for (int task = 0; task < 2; task++) {
                workers.execute(() -> {
                    meet(both);
                    done.add(Thread.currentThread().getName());
                });
            }

            assertThat(taken()).startsWith("pair-");
            assertThat(taken()).startsWith("pair-");
        }
    }

    @Test
    void a_task_that_fails_is_said_and_the_thread_goes_on() throws InterruptedException {
        try (LoggedLines lines = LoggedLines.of(Workers.class.getName());
                Workers workers = new Workers("one", 1, clock)) {
            workers.execute(() -> {
                done.add(Long.toString(Thread.currentThread().getId()));
                throw new IllegalStateException("injected");
            });
            workers.execute(() -> {
                throw new StackOverflowError();
            });
            workers.execute(() -> done.add(Long.toString(Thread.currentThread().getId())));

            assertThat(taken()).isEqualTo(taken());
            assertThat(lines.lines()).hasSize(2).allMatch(line -> line.contains("event=worker_task_failed"));
        }
    }

    @Test
    void an_error_that_is_not_the_tasks_own_ends_its_thread_unhandled() throws InterruptedException {
        try (Workers workers = new Workers("one", 1, clock)) {
            workers.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> done.add(thrown.toString()));
                throw new OutOfMemoryError("injected");
            });

            assertThat(taken()).isEqualTo("java.lang.OutOfMemoryError: injected");
        }
    }

    @Test
    void tells_how_long_the_oldest_task_waits_and_refuses_more_than_the_queue_holds() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (LoggedLines lines = LoggedLines.of(Workers.class.getName());
                Workers workers = new Workers("one", 1, clock)) {
            workers.execute(() -> {
                begun.countDown();
                awaitQuietly(end);
            });
            begun.await();
            assertThat(workers.oldestWait()).isZero();
            assertThat(workers.submit(() -> done.add("second"))).isTrue();
            clock.advance(Duration.ofMinutes(3));
            int more = 0;
            while (workers.submit(() -> {})) {
                more++;
            }

            assertThat(more).isEqualTo(255);
            assertThat(workers.oldestWait()).isEqualTo(Duration.ofMinutes(3));
            assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> workers.execute(() -> {}));
            assertThat(lines.lines()).isNotEmpty().allMatch("event=worker_queue_full"::equals);
            end.countDown();
            assertThat(taken()).isEqualTo("second");
        }
    }

    @Test
    void what_is_closed_takes_nothing_and_says_nothing() {
        Workers workers = new Workers("one", 1, clock);
        workers.close();

        try (LoggedLines lines = LoggedLines.of(Workers.class.getName())) {
            assertThat(workers.submit(() -> done.add("late"))).isFalse();
            assertThat(lines.lines()).isEmpty();
        }
        assertThat(done).isEmpty();
    }

    private String taken() throws InterruptedException {
        return done.poll(30, TimeUnit.SECONDS);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
