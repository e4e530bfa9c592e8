package io.edgeagent.testing;

import static java.util.stream.Collectors.toSet;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.LoggerFactory;

/**
 * Fails a test that warns, or logs an error, without saying so, and a class that leaves a thread behind. A test says so with
 * {@link Warns}, or by looking at the lines itself with {@link LoggedLines}. Registered for the tests of all folders below agent/ in
 * META-INF/services.
 *
 * <p>Not looked at: properties of jqwik, which are none of JUnit's tests; lines of libraries; and classes named *IT, in which Azure's SDKs
 * keep threads for as long as they like, and the agent is a process of its own.
 */
public final class Tidy implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final Namespace OURS = Namespace.create(Tidy.class);
    private static final String OUR_LOGGERS = "io.edgeagent";
    /** A thread that was told to end may need a moment, and longer on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /**
     * Threads of JUnit, of pools that the JDK and libraries keep for a while whoever used them, and of Paho's client, which only tests use:
     * its sender misses the last wake-up when it is told to stop between two messages (CommsSender and ClientState of 1.2.5), and then waits
     * for ever.
     */
    private static final Pattern KEPT = Pattern.compile(
            "ForkJoinPool.*|CompletableFutureDelayScheduler|Keep-Alive-.*"
                    + "|HttpClient-\\d+-.*|junit-.*|surefire-.*|awaitility.*|globalEventExecutor.*|main|logback-.*|mux|MQTT \\w+: .*");
    /** Where the JVM and the JDK have their own threads. */
    private static final Set<String> GROUPS_OF_THE_JDK = Set.of("system", "InnocuousThreadGroup");

    /** Collects from all threads; attached to the root logger for the time of a test. */
    private static final class Warnings extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                    && event.getLoggerName().startsWith(OUR_LOGGERS)
                    && !LoggedLines.watched(event.getLoggerName())) {
                lines.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (decides(context) && outermost(context)) {
            context.getStore(OURS).put("threads", running());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!decides(context) || !outermost(context)) {
            return;
        }
        @SuppressWarnings("unchecked")
        Set<Thread> before = (Set<Thread>) context.getStore(OURS).get("threads", Set.class);
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> left(before).isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("threads were left behind: "
                    + left(before).stream().map(Thread::getName).sorted().toList());
        }
    }

    private static boolean decides(ExtensionContext context) {
        return !context.getRequiredTestClass().getSimpleName().endsWith("IT");
    }

    private static boolean outermost(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() == null;
    }

    private static Set<Thread> left(Set<Thread> before) {
        Set<Thread> left = running();
        left.removeAll(before);
        return left;
    }

    private static Set<Thread> running() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        !isOfTheJdk(thread) && !KEPT.matcher(thread.getName()).matches())
                .collect(toSet());
    }

    private static boolean isOfTheJdk(Thread thread) {
        // one that has just ended has no group any more
        return Optional.ofNullable(thread.getThreadGroup())
                .map(ThreadGroup::getName)
                .filter(group -> !GROUPS_OF_THE_JDK.contains(group))
                .isEmpty();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Warnings warnings = new Warnings();
        warnings.start();
        context.getStore(OURS).put("warnings", warnings);
        root().addAppender(warnings);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Warnings warnings = context.getStore(OURS).get("warnings", Warnings.class);
        root().detachAppender(warnings);
        List<Pattern> announced = announced(context);
        List<String> others = warnings.lines.stream()
                .filter(line -> announced.stream()
                        .noneMatch(pattern -> pattern.matcher(line).find()))
                .limit(20)
                .toList();
        if (decides(context)
                && !others.isEmpty()
                && context.getExecutionException().isEmpty()) {
            throw new AssertionError("unannounced warnings, see @Warns: " + others);
        }
    }

    private static List<Pattern> announced(ExtensionContext context) {
        return Optional.of(context).stream()
                .flatMap(
                        at -> List.<AnnotatedElement>of(at.getRequiredTestMethod(), at.getRequiredTestClass()).stream())
                .flatMap(element -> Optional.ofNullable(element.getAnnotation(Warns.class)).stream())
                .flatMap(warns -> List.of(warns.value()).stream())
                .map(Pattern::compile)
                .toList();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
