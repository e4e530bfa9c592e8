package io.edgeagent.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CheckRunTest {
    private final List<String> told = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    @Test
    void answers_come_in_order_under_their_sections() throws InterruptedException {
        run(check("a", "One", Verdict::ok), check("c", "Two", Verdict::ok), check("b", "One", Verdict::ok));

        assertThat(told).containsExactly("One", "a OK", "b OK", "Two", "c OK");
    }

    @Test
    void a_question_that_hangs_is_its_own_failure_and_is_interrupted() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Check hanging = new Check("hangs", "One", "it does not hang", Duration.ofMillis(300), () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Verdict.ok();
        });

        run(hanging, check("b", "One", Verdict::ok));

        assertThat(told).containsExactly("One", "hangs ERROR", "b OK");
        assertThat(verdicts.get(0).text()).isEqualTo("there was no answer within 0 seconds");
        interrupted.await();
    }

    @Test
    void a_question_that_fails_is_an_error_with_its_reason() throws InterruptedException {
        run(
                check("known", "One", () -> {
                    throw new ProblemException(ErrorCode.ENGINE_FAILED, "the engine is away");
                }),
                check("unforeseen", "One", () -> {
                    throw new IllegalStateException("oops");
                }),
                check("deep", "One", () -> {
                    throw new StackOverflowError();
                }),
                check("elsewhere", "One", () -> {
                    throw new CannotAsk("the settings cannot be used");
                }));

        assertThat(told).containsExactly("One", "known ERROR", "unforeseen ERROR", "deep ERROR", "elsewhere SKIPPED");
        assertThat(verdicts).extracting(Verdict::text).element(0).isEqualTo("the engine is away");
        assertThat(verdicts).extracting(Verdict::text).element(1).isEqualTo("IllegalStateException: oops");
        assertThat(verdicts).extracting(Verdict::text).element(3).isEqualTo("the settings cannot be used");
    }

    @Test
    void what_takes_long_is_said_while_it_does() throws InterruptedException {
        CountDownLatch said = new CountDownLatch(1);
        Check slow = check("slow", "One", () -> {
            try {
                said.await();
            } catch (InterruptedException e) {
                throw new CannotAsk("interrupted");
            }
            return Verdict.ok();
        });

        CheckRun.of(List.of(slow), new Recorder() {
            @Override
            public void stillAsking(Check check, Duration since) {
                assertThat(since).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
                said.countDown();
            }
        });

        assertThat(told).containsExactly("One", "slow OK");
    }

    private void run(Check... checks) throws InterruptedException {
        CheckRun.of(List.of(checks), new Recorder());
    }

    private static Check check(String id, String section, Check.Question question) {
        return new Check(id, section, "all is well", question);
    }

    private class Recorder implements CheckRun.Listener {
        @Override
        public void section(String name) {
            told.add(name);
        }

        @Override
        public void stillAsking(Check check, Duration since) {
            // a busy machine may take two seconds for anything
        }

        @Override
        public void answered(Check check, Verdict verdict) {
            told.add(check.id() + " " + verdict.level());
            verdicts.add(verdict);
        }
    }
}
