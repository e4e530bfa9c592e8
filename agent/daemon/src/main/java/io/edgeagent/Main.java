package io.edgeagent;

import io.edgeagent.adapter.linux.LinuxDevices;
import io.edgeagent.cli.Board;
import io.edgeagent.cli.CleanCommand;
import io.edgeagent.cli.CommandLineInterface;
import io.edgeagent.cli.ConfigCommand;
import io.edgeagent.cli.DevicesCommand;
import io.edgeagent.config.AgentConfig;
import java.time.Clock;
import java.util.stream.Stream;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Board board = new Board(AgentConfig.adminSocket(System.getenv()), BoardEngine::open, Clock.systemUTC());
        Stream<Object> others = Stream.of(
                new ConfigCommand(new SystemdService(), System.getenv()),
                new CleanCommand(CleanEngine::open),
                new DevicesCommand(board, () -> LinuxDevices.of(System.getenv())));
        System.exit(CommandLineInterface.run(
                args,
                RunCommand::run,
                Stream.concat(Stream.of(board.commands()), others).toArray()));
    }
}
