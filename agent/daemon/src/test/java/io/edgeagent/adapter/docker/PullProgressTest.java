package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.DockerClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PullProgressTest {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final PullProgress pull = new PullProgress(line -> {});

    PullProgressTest() {
        pull.onStart(() -> closed.set(true));
    }

    /** Regression: docker-java's awaitCompletion closed the stream after a second, and the engine ended the pull. */
    @Test
    void a_pull_of_more_than_a_second_is_not_cut_off() {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(pull::await);

        await().during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(3))
                .until(() -> !closed.get() && !waiting.isDone());
        pull.onComplete();

        await().until(waiting::isDone);
        assertThat(waiting).isCompleted();
    }

    @Test
    void an_error_of_the_stream_fails_the_pull() {
        pull.onError(new IOException("the socket is gone"));

        assertThatThrownBy(pull::await)
                .isInstanceOf(DockerClientException.class)
                .hasMessageContaining("the socket is gone");
    }
}
