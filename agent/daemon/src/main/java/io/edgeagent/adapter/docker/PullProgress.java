package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One pull: sums up its layers for people, and fails where the stream holds an error or goes silent. */
final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
    private static final Duration SILENCE = Duration.ofMinutes(10);
    private static final long TOLD_EVERY = Duration.ofSeconds(2).toNanos();

    private final Consumer<String> progress;
    private final Map<String, long[]> layers = new HashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Optional<String> error = Optional.empty();
    private volatile Optional<Throwable> failure = Optional.empty();
    private volatile long lastItem = System.nanoTime();
    private long lastTold = System.nanoTime();

    PullProgress(Consumer<String> progress) {
        this.progress = progress;
    }

    @Override
    public void onNext(PullResponseItem item) {
        lastItem = System.nanoTime();
        if (item.getErrorDetail() != null) {
            error = Optional.ofNullable(item.getErrorDetail().getMessage());
            return;
        }
        var detail = item.getProgressDetail();
        if (item.getId() != null && "Downloading".equals(item.getStatus()) && detail != null) {
            layers.put(item.getId(), new long[] {orZero(detail.getCurrent()), orZero(detail.getTotal())});
        } else if (item.getId() != null && layers.containsKey(item.getId())) {
            long[] layer = layers.get(item.getId());
            layer[0] = layer[1];
        }
        if (lastItem - lastTold >= TOLD_EVERY && !layers.isEmpty()) {
            lastTold = lastItem;
            progress.accept(summary());
        }
    }

    @Override
    public void onComplete() {
        super.onComplete();
        over.countDown();
    }

    @Override
    public void onError(Throwable thrown) {
        super.onError(thrown);
        failure = Optional.of(thrown);
        over.countDown();
    }

    /**
     * Blocks until the image is here. Not with docker-java's own awaitCompletion: when its time is up it closes the stream, and
     * the engine then ends the pull.
     */
    void await() {
        try (this) {
            while (!over.await(1, TimeUnit.SECONDS)) {
                if (System.nanoTime() - lastItem > SILENCE.toNanos()) {
                    throw new DockerClientException(
                            "i/o timeout: the registry sent nothing for " + SILENCE.toMinutes() + " minutes");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerClientException("the pull was cut off because the agent is stopping", e);
        } catch (IOException e) {
            // over either way
        }
        failure.ifPresent(thrown -> {
            throw thrown instanceof RuntimeException known
                    ? known
                    : new DockerClientException(String.valueOf(thrown.getMessage()), thrown);
        });
        error.ifPresent(text -> {
            throw new DockerClientException(text);
        });
    }

    private String summary() {
        long current = 0;
        long total = 0;
        for (long[] layer : layers.values()) {
            current += layer[0];
            total += layer[1];
        }
        return String.format(
                Locale.ROOT,
                "%.1f of %.1f MB, %d%%",
                current / 1e6,
                total / 1e6,
                total == 0 ? 0 : current * 100 / total);
    }

    private static long orZero(Long value) {
        return value == null ? 0 : value;
    }
}
