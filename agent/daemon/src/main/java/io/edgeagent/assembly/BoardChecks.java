package io.edgeagent.assembly;

import io.edgeagent.adapter.docker.DockerSurvey;
import io.edgeagent.adapter.iothub.CloudProbe;
import io.edgeagent.adapter.linux.HostGauge;
import io.edgeagent.adapter.linux.LinuxDevices;
import io.edgeagent.adapter.store.FileSystemSpace;
import io.edgeagent.adapter.store.StateReader;
import io.edgeagent.check.BoardSettings;
import io.edgeagent.check.Check;
import io.edgeagent.check.Checklist;
import io.edgeagent.check.CloudSight;
import io.edgeagent.check.EngineSight;
import io.edgeagent.cli.CheckCommand;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The checks of {@code edge-agent check} on this board. */
final class BoardChecks {
    private BoardChecks() {}

    static List<Check> of(CheckCommand.Request request) {
        Map<String, String> environment = System.getenv();
        BoardSettings settings = BoardSettings.read(request.config(), request.state(), environment);
        Path state = settings.config()
                .map(AgentConfig::stateFolder)
                .or(request::state)
                .orElse(AgentConfig.DEFAULT_STATE);
        return Checklist.of(
                new Checklist.Board(
                        settings,
                        new StateReader(state),
                        new HostGauge(),
                        engine(request.config(), environment),
                        new FileSystemSpace(),
                        LinuxDevices.of(environment),
                        config -> Agent.devices(config.devices()),
                        BoardChecks::cloud,
                        request.agent(),
                        InstantSource.system()),
                request.hub());
    }

    private static CloudSight cloud(AgentConfig config) {
        Onboarding onboarding = Onboarding.of(config);
        return new CloudProbe(
                onboarding.tls(), onboarding.upstream().current(), onboarding.access(), onboarding.known());
    }

    private static EngineSight engine(Path file, Map<String, String> environment) {
        try {
            return new DockerSurvey(AgentConfig.engine(file, environment));
        } catch (ConfigException e) {
            return new NoEngine(e.getMessage());
        }
    }

    /** Where the settings name none that can be used. */
    private record NoEngine(String reason) implements EngineSight {
        private ProblemException problem() {
            return new ProblemException(ErrorCode.ENGINE_UNREACHABLE, reason);
        }

        @Override
        public Facts facts() {
            throw problem();
        }

        @Override
        public List<String> iotEdge() {
            throw problem();
        }

        @Override
        public List<String> withoutLogLimit() {
            throw problem();
        }

        @Override
        public Optional<Reach> reach(String network, String host, List<Integer> ports) {
            throw problem();
        }
    }
}
