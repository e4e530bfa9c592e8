package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.conductor.LogRules;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.log.AgentLog;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.SystemModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has the log follow the deployment: its {@code RuntimeLogLevel}, and its secrets. Used by one thread. */
final class LogFollower implements LogRules {
    private static final String LEVEL = "RuntimeLogLevel";

    private final AgentLog log;
    private final List<String> secrets;
    private Optional<ObjectNode> known = Optional.empty();

    /** Follows the settings, too. */
    LogFollower(AgentLog log, AgentConfig config) {
        this.log = log;
        this.secrets = KnownSecrets.of(config);
        log.configure(config.log().level(), config.log().json());
        log.hide(secrets);
    }

    @Override
    public void follow(Optional<Deployment> deployment, Optional<ObjectNode> said) {
        if (isNew(said)) {
            known = said;
            List<String> all = new ArrayList<>(secrets);
            said.ifPresent(desired -> all.addAll(KnownSecrets.of(desired)));
            log.hide(all);
        }
        log.follow(deployment.flatMap(Deployment::agent).map(SystemModule::env).flatMap(LogFollower::level));
        log.sayWhatWasLeftOut();
    }

    /** Comparing what is in it would cost more, each time. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isNew(Optional<ObjectNode> said) {
        return said.isPresent() != known.isPresent() || (said.isPresent() && said.get() != known.get());
    }

    /** .NET reads variables in whatever letters. */
    private static Optional<String> level(Map<String, String> env) {
        return env.entrySet().stream()
                .filter(variable -> variable.getKey().equalsIgnoreCase(LEVEL))
                .map(Map.Entry::getValue)
                .filter(level -> !level.isBlank())
                .findFirst();
    }
}
