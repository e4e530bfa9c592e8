package io.edgeagent.simulator;

import io.edgeagent.simulator.cli.StateFiles;
import io.edgeagent.simulator.cli.StateOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the hub until it gets SIGTERM. Prints one line READY when it listens.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  edge-agent-simulator run --state ~/hub --address 127.0.0.9",
            "  curl --cacert ~/hub/ca.pem -H \"Authorization: $(cat ~/hub/iothubowner.sas)\" \\",
            "       'https://127.0.0.9/devices?api-version=2021-04-12'",
            "",
            "The folder then also holds iothubowner.connection-string for service SDKs, and those of the policies",
            "service, device, registryRead and registryReadWrite."
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(3650);

    @Mixin
    private StateOption state;

    @Option(
            names = "--address",
            required = true,
            paramLabel = "IP|NAME",
            description = "IPv4 address or name with a dot: what it listens on and what clients call it")
    private String address;

    @Option(
            names = "--https-port",
            defaultValue = "443",
            description = "Port of REST and MQTT over WebSocket (default: ${DEFAULT-VALUE}, what SDKs use)")
    private int httpsPort;

    @Option(
            names = "--mqtt-port",
            defaultValue = "8883",
            description = "Port of MQTT (default: ${DEFAULT-VALUE}, what SDKs use)")
    private int mqttPort;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SimulatorOptions options = new SimulatorOptions(httpsPort, mqttPort, InstantSource.system());
        Path folder = state.folder();
        Simulator simulator = Simulator.start(folder, address, options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(simulator), "stop"));
        new StateFiles(folder)
                .write(
                        simulator.hostName(),
                        simulator.httpsPort(),
                        simulator.policies(),
                        simulator.serviceToken(TOKEN_LIFETIME));
        PrintWriter out = spec.commandLine().getOut();
        out.println("READY host=" + simulator.hostName() + " ca=" + simulator.caFile() + " mqtt=" + simulator.mqttPort()
                + " https=" + simulator.httpsPort() + " scope="
                + simulator.dps().idScope());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static void close(Simulator simulator) {
        try {
            simulator.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
