package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import java.util.Map;

/**
 * Logging to stdout, one line an event. Written in code because reading Logback's XML costs a board half a second and some
 * megabytes. EDGE_AGENT_LOG sets the level: error, warn, info (default), debug. Where stdout goes to the journal, each line begins
 * with its priority. Commands other than {@code run} log nothing, because they say themselves what is wrong; where the variable is
 * set they log to stderr.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String LEVEL_VARIABLE = "EDGE_AGENT_LOG";
    private static final Path STDOUT = Path.of("/proc/self/fd/1");
    // line breaks and terminal commands in what others sent must not look like lines of ours, in exceptions neither
    private static final String CONTROL = "'[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+', ' | '";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %replace(%quoted){" + CONTROL
            + "}" + "%replace(%replace(%ex{short}){" + CONTROL + "}){'^(?=.)', ' | '}%n";

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
        PatternLayout layout =
                JournalLayout.isJournal(environment, stdoutFile) ? new JournalLayout() : new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("quoted", Quoting::new);
        layout.setPattern(PATTERN);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stdout = new ConsoleAppender<>();
        stdout.setContext(context);
        stdout.setEncoder(encoder);
        if (isCommand) {
            stdout.setTarget("System.err");
        }
        stdout.start();
        context.getLogger("ROOT").addAppender(stdout);
        RecentEvents recent = new RecentEvents();
        recent.setContext(context);
        recent.start();
        context.getLogger("ROOT").addAppender(recent);
        context.getLogger("ROOT").setLevel(isCommand ? Level.OFF : Level.WARN);
        Level level = Level.toLevel(environment.get(LEVEL_VARIABLE), isCommand ? Level.OFF : Level.INFO);
        context.getLogger("io.edgeagent").setLevel(level);
        // libraries tell failures that we tell ourselves, in pages
        boolean debug = level.toInt() <= Level.DEBUG_INT;
        context.getLogger("com.microsoft.azure.sdk").setLevel(debug ? Level.INFO : Level.OFF);
        context.getLogger("com.github.dockerjava").setLevel(debug ? Level.INFO : Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
