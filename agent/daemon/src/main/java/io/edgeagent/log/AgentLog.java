package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.LogLevel;
import io.edgeagent.model.Printable;
import io.edgeagent.model.Redactor;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The log of this process: how much is written, in which format, and which secrets are taken out of it. Whoever spoke last decides
 * on the level: the settings, the deployment, or a person on the board. Any thread.
 */
public final class AgentLog {
    private static final String NAME = AgentLog.class.getName();
    private static final String OURS = "io.edgeagent";

    private final LoggerContext context;
    private final EventText text;
    private final BurstLimiter limiter;
    private final RecentEvents recent;
    private volatile boolean json;
    private LogLevel configured = LogLevel.INFO;
    private LogLevel current = LogLevel.INFO;
    private Optional<String> ofDeployment = Optional.empty();

    AgentLog(LoggerContext context) {
        this.context = context;
        this.text = new EventText();
        this.limiter = new BurstLimiter(text, System::nanoTime);
        this.recent = new RecentEvents(text);
    }

    /** Where logging is set up otherwise, as by a program that the agent is a part of, calls have no effect. */
    public static AgentLog ofThisProcess() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                        && context.getObject(NAME) instanceof AgentLog log
                ? log
                : new AgentLog(new LoggerContext());
    }

    /** Takes what is logged from now on. */
    void begin(Appender<ILoggingEvent> lines) {
        recent.setContext(context);
        recent.start();
        limiter.to(lines);
        limiter.to(recent);
        limiter.setContext(context);
        limiter.start();
        context.getLogger("ROOT").addAppender(limiter);
        context.putObject(NAME, this);
    }

    /** Follows the settings. */
    public synchronized void configure(LogLevel level, boolean jsonLines) {
        configured = level;
        json = jsonLines;
        apply(level);
    }

    /** At once, until the deployment says something else or the agent ends. */
    public synchronized void level(LogLevel level) {
        change(level, "the command");
    }

    public synchronized LogLevel level() {
        return current;
    }

    /**
     * Follows the deployment. Called again and again with the same.
     *
     * @param said its {@code RuntimeLogLevel}; without one the level of the settings counts
     */
    public synchronized void follow(Optional<String> said) {
        if (said.equals(ofDeployment)) {
            return;
        }
        ofDeployment = said;
        Optional<LogLevel> level = said.flatMap(LogLevel::of);
        if (said.isPresent() && level.isEmpty()) {
            context.getLogger(NAME)
                    .warn(
                            "event=log_level_refused level=\"{}\" reason=\"RuntimeLogLevel must be {}\"",
                            Printable.of(said.get(), 40),
                            LogLevel.NAMES);
        }
        change(level.orElse(configured), "the deployment");
    }

    /** These never stand in a line, whatever logs them. */
    public void hide(Collection<String> secrets) {
        text.redactWith(new Redactor(secrets));
    }

    /**
     * The last lines that came after this one, as {@code {"events":[{"number":7,"time":...,"level":"info","text":...}]}}; the first
     * one since the agent's start has the number 1.
     */
    public ObjectNode events(long after) {
        return recent.json(after);
    }

    /** To be called now and then: says how many lines were left out, if it is time to. */
    public void sayWhatWasLeftOut() {
        limiter.sayWhatIsDue();
    }

    private void change(LogLevel level, String by) {
        if (level == current) {
            return;
        }
        LogLevel more = level.compareTo(current) > 0 ? level : current;
        apply(more);
        context.getLogger(NAME).info("event=log_level level={} by=\"{}\"", level.text(), by);
        apply(level);
    }

    private void apply(LogLevel level) {
        current = level;
        context.getLogger(OURS)
                .setLevel(
                        switch (level) {
                            case FATAL, ERROR -> Level.ERROR;
                            case WARN -> Level.WARN;
                            case INFO -> Level.INFO;
                            case DEBUG -> Level.DEBUG;
                            case VERBOSE -> Level.TRACE;
                        });
        // libraries tell failures that we tell ourselves, in pages
        Level libraries = level.compareTo(LogLevel.DEBUG) >= 0 ? Level.INFO : Level.OFF;
        context.getLogger("com.microsoft.azure.sdk").setLevel(libraries);
        context.getLogger("com.github.dockerjava").setLevel(libraries);
    }

    EventText text() {
        return text;
    }

    boolean isJson() {
        return json;
    }
}
