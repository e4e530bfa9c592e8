package io.edgeagent;

import io.edgeagent.cli.Board;
import io.edgeagent.cli.CleanCommand;
import io.edgeagent.cli.CommandLineInterface;
import io.edgeagent.cli.ConfigCommand;
import io.edgeagent.config.AgentConfig;
import java.time.Clock;
import java.util.stream.Stream;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Board board = new Board(AgentConfig.adminSocket(System.getenv()), BoardEngine::open, Clock.systemUTC());
        Stream<Object> others = Stream.of(
                new ConfigCommand(new SystemdService(), System.getenv()), new CleanCommand(CleanEngine::open));
        System.exit(CommandLineInterface.run(
                args,
                RunCommand::run,
                Stream.concat(Stream.of(board.commands()), others).toArray()));
    }
}
