package io.edgeagent.assembly;

import io.edgeagent.adapter.linux.LinuxDevices;
import io.edgeagent.cli.BoardCommands;
import io.edgeagent.cli.CheckCommand;
import io.edgeagent.cli.CheckListCommand;
import io.edgeagent.cli.CleanCommand;
import io.edgeagent.cli.CommandLineInterface;
import io.edgeagent.cli.ConfigCommand;
import io.edgeagent.cli.DevicesCommand;
import io.edgeagent.cli.SupportBundleCommand;
import io.edgeagent.cli.SystemCommand;
import io.edgeagent.config.AgentConfig;
import java.time.Clock;
import java.util.stream.Stream;

/** The commands of {@code edge-agent}, put together by hand. */
public final class Commands {
    private Commands() {}

    /** @return the exit code */
    public static int run(String[] args) {
        BoardCommands board =
                new BoardCommands(AgentConfig.adminSocket(System.getenv()), BoardEngine::open, Clock.systemUTC());
        Stream<Object> others = Stream.of(
                new ConfigCommand(new SystemdService(), System.getenv()),
                new SystemCommand(board, new SystemdService()),
                new CleanCommand(CleanEngine::open),
                new DevicesCommand(board, () -> LinuxDevices.of(System.getenv())),
                new CheckCommand(board, BoardChecks::of),
                new CheckListCommand(BoardChecks::of),
                new SupportBundleCommand(board, BoardBundle::of));
        return CommandLineInterface.main(
                args,
                AgentRun::run,
                Stream.concat(Stream.of(board.commands()), others).toArray());
    }
}
