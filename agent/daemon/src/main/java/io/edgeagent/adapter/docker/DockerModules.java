package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerRecipe;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Containers of modules, whichever agent made them, for the command on the board. All methods throw ProblemException. */
public final class DockerModules implements AutoCloseable {
    private final DockerConnection connection;

    /** One container. */
    public record Found(String module, String id, String image, String status, boolean running) {}

    /** @param uri unix:///path of the engine's socket */
    public DockerModules(String uri) {
        this.connection = new DockerConnection(uri);
    }

    /** Those that are in force: what an update set aside is none. */
    public List<Found> find() {
        return guard(
                "list modules",
                () -> connection
                        .client()
                        .listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(ContainerRecipe.MODULE_LABEL))
                        .exec()
                        .stream()
                        .filter(container -> container.getNames()[0].equals(
                                "/" + container.getLabels().get(ContainerRecipe.MODULE_LABEL)))
                        .map(container -> new Found(
                                container.getLabels().get(ContainerRecipe.MODULE_LABEL),
                                container.getId(),
                                container.getImage(),
                                container.getStatus(),
                                "running".equals(container.getState())))
                        .toList());
    }

    public void restart(String id) {
        guard("restart", () -> connection.client().restartContainerCmd(id).exec());
    }

    /** Writes as it reads: nothing is kept. Ends quietly when nobody reads on. */
    public void logs(
            String id,
            Optional<Integer> tail,
            Optional<Instant> since,
            Optional<Instant> until,
            boolean follow,
            OutputStream out,
            OutputStream err) {
        guard("logs", () -> {
            LogContainerCmd command = connection
                    .client()
                    .logContainerCmd(id)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(follow);
            tail.ifPresentOrElse(command::withTail, command::withTailAll);
            since.ifPresent(time -> command.withSince((int) time.getEpochSecond()));
            until.ifPresent(time -> command.withUntil((int) time.getEpochSecond()));
            Copy copy = new Copy(out, err);
            command.exec(copy);
            copy.join();
            return id;
        });
    }

    private static final class Copy extends ResultCallback.Adapter<Frame> {
        private final OutputStream out;
        private final OutputStream err;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());

        Copy(OutputStream out, OutputStream err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public void onNext(Frame frame) {
            OutputStream target = frame.getStreamType() == StreamType.STDERR ? err : out;
            try {
                target.write(frame.getPayload());
                target.flush();
                // a PrintStream keeps to itself that its reader went away
                if (target instanceof PrintStream print && print.checkError()) {
                    ended.countDown();
                }
            } catch (IOException e) {
                ended.countDown();
            }
        }

        @Override
        public void onError(Throwable reason) {
            failure.set(Optional.of(reason));
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        void join() {
            try {
                ended.await();
                close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // it is over anyway
            }
            failure.get().ifPresent(reason -> {
                throw new ProblemException(ErrorCode.ENGINE_FAILED, "logs: " + reason.getMessage());
            });
        }
    }

    private <T> T guard(String what, Supplier<T> body) {
        try {
            return body.get();
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw EngineErrors.explain(what, e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
