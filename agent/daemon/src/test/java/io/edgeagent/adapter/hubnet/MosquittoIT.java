package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules at the hub with the command-line clients of Mosquitto: a token as the password, and the CA of the board. */
class MosquittoIT {
    private static final String TWIN = """
            {"schemaVersion":"1.1","$version":4,"routes":{
              "between":"FROM /messages/modules/sender/outputs/out INTO BrokeredEndpoint(\\"/modules/receiver/inputs/in\\")"},
             "storeAndForwardConfiguration":{"timeToLiveSecs":7200}}""";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void mosquittos_clients_send_and_receive_and_a_wrong_token_is_refused() throws Exception {
        try (HubLab lab = new HubLab(folder.resolve("hub"), TWIN)) {
            Path ca = Files.writeString(folder.resolve("ca.pem"), lab.trusted());
            String topic = "devices/board/modules/sender/messages/events/%24.on=out&unit=C";
            Path heard = folder.resolve("heard");
            Process receiver = start(
                    client(lab, ca, "mosquitto_sub", "receiver", HubLab.token("receiver", later()))
                            .with("-t", "devices/board/modules/receiver/#", "-C", "2", "-W", "60", "-v"),
                    heard);
            await().atMost(PATIENCE)
                    .until(() -> lab.tried(hub -> hub.clients().toString()).contains("receiver"));
            Client sender = client(lab, ca, "mosquitto_pub", "sender", HubLab.token("sender", later()));

            assertThat(ended(start(sender.with("-t", topic, "-m", "21"), folder.resolve("first"))))
                    .isZero();
            assertThat(ended(start(sender.with("-t", topic, "-m", "22"), folder.resolve("second"))))
                    .isZero();

            assertThat(ended(receiver)).isZero();
            assertThat(Files.readAllLines(heard))
                    .containsExactly(
                            "devices/board/modules/receiver/inputs/in/%24.cdid=board&%24.cmid=sender&unit=C 21",
                            "devices/board/modules/receiver/inputs/in/%24.cdid=board&%24.cmid=sender&unit=C 22");
            Client stranger = client(lab, ca, "mosquitto_pub", "sender", HubLab.token("receiver", later()));
            Path refused = folder.resolve("refused");
            assertThat(ended(start(stranger.with("-t", topic, "-m", "23"), refused)))
                    .isNotZero();
            assertThat(Files.readString(refused)).containsIgnoringCase("not authori");
        }
    }

    private record Client(List<String> command) {
        private List<String> with(String... more) {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of(more));
            return all;
        }
    }

    private static Client client(HubLab lab, Path ca, String program, String module, String token) throws Exception {
        return new Client(List.of(
                program,
                "-h",
                "localhost",
                "-p",
                Integer.toString(lab.port()),
                "--cafile",
                ca.toString(),
                "-q",
                "1",
                "-i",
                "board/" + module,
                "-u",
                "hub.example/board/" + module + "/?api-version=2021-04-12",
                "-P",
                token));
    }

    private static Instant later() {
        return Instant.now().plusSeconds(3600);
    }

    private static Process start(List<String> command, Path output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
    }

    private static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }
}
