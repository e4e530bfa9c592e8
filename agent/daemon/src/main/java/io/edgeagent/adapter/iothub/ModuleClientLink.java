package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.AgentCredentials;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.upstream.Upstream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link CloudLink} on the Azure SDK's ModuleClient over MQTT. The SDK's own reconnecting is switched off: it gives up after four
 * minutes and does not subscribe again. Each loss ends the session, and a new one is opened here, for ever.
 */
public final class ModuleClientLink implements CloudLink {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleClientLink.class);
    private static final Duration LASTING = Duration.ofMinutes(2);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final AgentCredentials credentials;
    private final SSLContext tls;
    private final Upstream upstream;
    private final String productInfo;
    private final BlockingQueue<Command> commands = new ArrayBlockingQueue<>(64);
    private final Thread thread = new Thread(this::follow, "hub-link");
    private volatile boolean closed;
    private Optional<Listener> listener = Optional.empty();

    private sealed interface Command {
        record GetTwin() implements Command {}

        record Report(ObjectNode patch) implements Command {}

        record Lost(SdkSession session, Problem reason) implements Command {}

        record Close() implements Command {}
    }

    public ModuleClientLink(AgentCredentials credentials, SSLContext tls, Upstream upstream, String productInfo) {
        this.credentials = credentials;
        this.tls = tls;
        this.upstream = upstream;
        this.productInfo = productInfo;
        thread.setDaemon(true);
    }

    @Override
    public void start(Listener told) {
        listener = Optional.of(new UpstreamReader(told, upstream));
        thread.start();
    }

    @Override
    public void requestTwin() {
        offer(new Command.GetTwin());
    }

    @Override
    public void report(ObjectNode patch) {
        if (!offer(new Command.Report(patch))) {
            listener.orElseThrow().reportFailed(new Problem(ErrorCode.HUB_UNREACHABLE, "the link is too busy"));
        }
    }

    private boolean offer(Command command) {
        return commands.offer(command);
    }

    private void follow() {
        Listener told = listener.orElseThrow();
        int failures = 0;
        while (!closed) {
            try (SdkSession session = open(told)) {
                commands.clear();
                told.twinReceived(session.twin().desired(), session.twin().reported());
                LOG.info("event=link_up");
                upstream.worked();
                long up = System.nanoTime();
                Problem lost = serve(session, told);
                // one that comes and goes waits as long as one that does not come
                if (System.nanoTime() - up >= LASTING.toNanos()) {
                    failures = 0;
                }
                told.linkLost(lost);
            } catch (ProblemException e) {
                if (e.problem().code() == ErrorCode.HUB_UNAUTHORIZED) {
                    credentials.refused();
                } else if (e.problem().code() == ErrorCode.HUB_UNREACHABLE) {
                    upstream.failed();
                }
                told.linkLost(e.problem());
            } catch (RuntimeException e) {
                LOG.error("event=link_failed", e);
                told.linkLost(ProblemException.of(e));
            }
            pause(failures++);
        }
    }

    private SdkSession open(Listener told) {
        SdkSession session =
                new SdkSession(credentials.get(), tls, upstream.current(), productInfo, told, (lost, reason) -> {
                    if (!commands.offer(new Command.Lost(lost, reason))) {
                        LOG.warn("event=link_queue_full");
                    }
                });
        try {
            session.open();
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Carries commands out until the session is lost; returns why. */
    private Problem serve(SdkSession session, Listener told) {
        while (!closed) {
            Command command;
            try {
                command = commands.take();
            } catch (InterruptedException e) {
                return new Problem(ErrorCode.HUB_UNREACHABLE, "the agent is stopping");
            }
            if (command instanceof Command.Lost lost && lost.session() == session) {
                return lost.reason();
            } else if (command instanceof Command.GetTwin) {
                SdkSession.TwinTrees twin = session.twin();
                told.twinReceived(twin.desired(), twin.reported());
            } else if (command instanceof Command.Report report) {
                try {
                    session.report(report.patch());
                    told.reported();
                } catch (ProblemException e) {
                    told.reportFailed(e.problem());
                    if (e.problem().code() == ErrorCode.HUB_UNREACHABLE) {
                        return e.problem();
                    }
                }
            }
        }
        return new Problem(ErrorCode.HUB_UNREACHABLE, "the agent is stopping");
    }

    private void pause(int failures) {
        long cap = Math.min(LONGEST_WAIT.toMillis(), FIRST_WAIT.toMillis() << Math.min(failures, 16));
        long wait = cap / 2 + ThreadLocalRandom.current().nextLong(cap / 2 + 1);
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
            while (!closed && System.nanoTime() < deadline) {
                // commands of the session that is gone have nobody to carry them out
                Command command = commands.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (command instanceof Command.Report) {
                    listener.orElseThrow().reportFailed(new Problem(ErrorCode.HUB_UNREACHABLE, "the link is down"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        commands.clear();
        offer(new Command.Close());
        try {
            thread.join(Duration.ofSeconds(3).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
