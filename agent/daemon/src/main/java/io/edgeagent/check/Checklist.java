package io.edgeagent.check;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.model.ProblemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** All checks of a board, in the order of the output. */
public final class Checklist {

    /**
     * What the checks look at.
     *
     * @param cloud made of settings that can be used; throws ProblemException
     * @param policy of such settings
     */
    public record Board(
            BoardSettings settings,
            StateSight state,
            HostSight host,
            EngineSight engine,
            DiskSpace disks,
            DeviceInventory devices,
            Function<AgentConfig, DevicePolicy> policy,
            Function<AgentConfig, CloudSight> cloud,
            AgentSight agent,
            InstantSource clock) {}

    private Checklist() {}

    /** @param hub in place of the one that the settings name */
    public static List<Check> of(Board board, Optional<String> hub) {
        BoardSettings settings = board.settings();
        EngineChecks engine = new EngineChecks(settings, board.engine(), board.host());
        Once<CloudSight> cloud = new Once<>(() -> {
            try {
                return board.cloud().apply(settings.require());
            } catch (ProblemException e) {
                throw new CannotAsk(e.problem().text());
            }
        });
        return Stream.of(
                        new ConfigurationChecks(settings, board.state(), board.host(), board.clock()).all(),
                        engine.all(),
                        new HostChecks(settings, engine.facts(), board.host(), board.disks(), board.state()).all(),
                        new DeviceChecks(
                                        settings,
                                        board.devices(),
                                        board.state(),
                                        known -> board.policy()
                                                .apply(known.config().orElseThrow()))
                                .all(),
                        new ConnectionChecks(settings, cloud, board.engine(), engine.facts(), hub, board.clock()).all(),
                        new AgentChecks(settings, board.agent(), board.host(), board.state()).all())
                .flatMap(List::stream)
                .toList();
    }
}
