package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.edgeagent.model.LogLevel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Logging to stdout, one line an event. Written in code because reading Logback's XML costs a board half a second and some
 * megabytes. Until the settings are read, EDGE_AGENT_LOG gives the level and EDGE_AGENT_LOG_FORMAT the format; then {@link AgentLog}
 * follows them. Where stdout goes to the journal, each line begins with its priority. Commands other than {@code run} log nothing,
 * because they say themselves what is wrong; where the variable is set they log to stderr.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String LEVEL_VARIABLE = "EDGE_AGENT_LOG";
    private static final String FORMAT_VARIABLE = "EDGE_AGENT_LOG_FORMAT";
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private final Map<String, String> environment;
    private final Path stdoutFile;
    private final boolean isCommand;

    /** For Logback, which finds this class by itself. */
    public LogSetup() {
        this(System.getenv(), STDOUT, System.getProperty("edge-agent.command") != null);
    }

    LogSetup(Map<String, String> environment, Path stdoutFile) {
        this(environment, stdoutFile, false);
    }

    private LogSetup(Map<String, String> environment, Path stdoutFile, boolean isCommand) {
        this.isCommand = isCommand;
        this.environment = environment;
        this.stdoutFile = stdoutFile;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        String level = environment.getOrDefault(LEVEL_VARIABLE, "");
        if (isCommand && level.isEmpty()) {
            context.getLogger("ROOT").setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        AgentLog log = new AgentLog(context);
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(new LineLayout(log, JournalStream.is(environment, stdoutFile)));
        encoder.start();
        ConsoleAppender<ILoggingEvent> stdout = new ConsoleAppender<>();
        stdout.setContext(context);
        stdout.setEncoder(encoder);
        if (isCommand) {
            stdout.setTarget("System.err");
        }
        stdout.start();
        context.getLogger("ROOT").setLevel(isCommand ? Level.OFF : Level.WARN);
        log.begin(stdout);
        log.configure(
                LogLevel.of(level).orElse(LogLevel.INFO),
                environment.getOrDefault(FORMAT_VARIABLE, "").equals("json"));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
