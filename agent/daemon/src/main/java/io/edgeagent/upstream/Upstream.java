package io.edgeagent.upstream;

import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the cloud as it is tried now. What {@code systemModules.edgeAgent.env} of the deployment says goes over the board's own
 * settings, variable by variable. A deployment that names a proxy that does not work would cut the device off for ever: while the
 * hub cannot be reached, both ways are tried in turn. Safe for several threads.
 */
public final class Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    // a proxy that restarts is not given up at once
    private static final int TRIES = 3;

    private final Map<String, String> board;
    private final ParentHost parent;
    private final UpstreamMemory memory;
    private Map<String, String> deployment;
    private UpstreamSettings own;
    private UpstreamSettings asked;
    private boolean onOwn;
    private int failures;

    /**
     * Takes up what was kept.
     *
     * @param board the board's own variables
     * @param parent that is connected to in place of the IoT Hub, whatever a deployment says
     * @throws IllegalArgumentException if they cannot be followed
     */
    public Upstream(Map<String, String> board, ParentHost parent, UpstreamMemory memory) {
        this.parent = parent;
        this.board = UpstreamSettings.pick(board);
        this.memory = memory;
        this.own = UpstreamSettings.of(this.board).below(parent);
        this.asked = own;
        say(this.board, own);
        this.deployment = Map.of();
        Map<String, String> kept = memory.upstream();
        if (!kept.isEmpty()) {
            take(kept);
        }
    }

    /** Without a deployment that says anything of it. */
    public static Upstream of(UpstreamSettings settings) {
        Upstream upstream = new Upstream(Map.of(), settings.parent(), new UpstreamMemory() {
            @Override
            public Map<String, String> upstream() {
                return Map.of();
            }

            @Override
            public void keepUpstream(Map<String, String> variables) {
                // nobody asks again
            }
        });
        upstream.own = settings;
        upstream.asked = settings;
        return upstream;
    }

    /** What to do at the next connection. */
    public synchronized UpstreamSettings current() {
        return onOwn ? own : asked;
    }

    /** The hub is reached. */
    public synchronized void worked() {
        failures = 0;
    }

    /** The hub was not reached. */
    public synchronized void failed() {
        if (++failures % TRIES == 0 && !own.equals(asked)) {
            onOwn = !onOwn;
            LOG.warn(
                    "event=upstream_other_way from={} way=\"{}\"",
                    onOwn ? "the board's settings" : "the deployment",
                    current());
        }
    }

    /** Follows the environment of the deployment's edgeAgent from the next connection on; what cannot be followed is said. */
    public synchronized void follow(Map<String, String> environment) {
        Map<String, String> said = UpstreamSettings.pick(environment);
        if (said.equals(deployment)) {
            return;
        }
        if (take(said)) {
            try {
                memory.keepUpstream(said);
            } catch (ProblemException e) {
                LOG.error("event=upstream_not_saved reason=\"{}\"", e.problem());
            }
        }
    }

    private boolean take(Map<String, String> said) {
        deployment = said;
        Map<String, String> together = new LinkedHashMap<>(board);
        together.putAll(said);
        if (said.containsKey("https_proxy")) {
            together.remove("all_proxy");
        }
        try {
            UpstreamSettings read = UpstreamSettings.of(together).below(parent);
            if (!read.equals(asked)) {
                asked = read;
                onOwn = false;
                failures = 0;
                say(together, read);
            }
            return true;
        } catch (IllegalArgumentException e) {
            LOG.warn("event=upstream_refused reason=\"systemModules.edgeAgent.env: {}\"", e.getMessage());
            return false;
        }
    }

    private static void say(Map<String, String> variables, UpstreamSettings settings) {
        if (variables.isEmpty() && settings.parent().name().isEmpty()) {
            return;
        }
        LOG.info("event=upstream way=\"{}\"", settings);
        UpstreamSettings.remarks(variables).forEach(remark -> LOG.warn("event=upstream_remark reason=\"{}\"", remark));
    }
}
