package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A board below another edge device (nested edge). The local hub stands in for that: the IoT Hub's own name leads nowhere, and only the
 * parent's CA is known.
 */
class ParentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "lower-board";
    private static final String HUB = "hub.nowhere.example";
    /** Engines take registries without TLS at such addresses. */
    private static final String PARENT = "127.0.0.11";

    @RegisterExtension
    private static final Lab lab = new Lab(Lab.sharedEngine(), SimulatorOptions.DEFAULT.parentFor(HUB), PARENT);

    @Test
    void everything_goes_to_the_parent_and_images_come_from_there() throws Exception {
        String connectionString = lab.hub().createEdgeDevice(ID);
        assertThat(connectionString).contains("HostName=" + HUB);
        lab.hub().createDevice("lower-leaf");
        lab.hub().identities().placeBelow("lower-leaf", ID);
        try (Registry registry = new Registry();
                Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            Files.createDirectories(device.state());
            Files.writeString(device.state().resolve("config.toml"), "parent_hostname = \"" + PARENT + "\"\n");
            device.start();
            String upstream = "$upstream:" + registry.port();
            device.apply(new Manifest()
                    .login(upstream, lab.registryUser, lab.registryPassword)
                    .module("probe", upstream + "/busybox:1"));
            assertThat(device.awaitStatus(200)).isEmpty();
            await("the module").atMost(PATIENCE).until(() -> lab.runs("probe"));
            assertThat(lab.container("probe").orElseThrow().getConfig().getEnv())
                    .contains("IOTEDGE_PARENTHOSTNAME=" + PARENT, "IOTEDGE_IOTHUBHOSTNAME=" + HUB);
            assertThat(device.module("probe").at("/settings/image").asText())
                    .isEqualTo(PARENT + ":" + registry.port() + "/busybox:1");
            device.agent().awaitLog("event=device_scope identities=1");
            CommandRun sent =
                    CommandRun.of(lab, device.state(), "hub", "send", "--module", "probe", "--output", "out", "{}");
            assertThat(sent.code()).as(sent.err()).isZero();
            await("the message at the parent")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lab.hub().events())
                            .anyMatch(event ->
                                    event.moduleId().filter("probe"::equals).isPresent()));
            assertThat(lab.hub()
                            .invokeMethod(
                                    IdentityName.module(ID, "$edgeAgent"),
                                    "ping",
                                    JsonNodeFactory.instance.objectNode(),
                                    Duration.ofSeconds(10))
                            .status())
                    .isEqualTo(200);
        } finally {
            lab.docker.listImagesCmd().exec().stream()
                    .filter(image -> image.getRepoTags() != null
                            && java.util.Arrays.stream(image.getRepoTags())
                                    .anyMatch(tag -> tag.startsWith(PARENT + ":")))
                    .forEach(image -> lab.docker
                            .removeImageCmd(image.getId())
                            .withForce(true)
                            .exec());
        }
    }

    /** The lab's registry, at the parent's address. */
    private static final class Registry implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getByName(PARENT));
        private final ExecutorService threads = Executors.newCachedThreadPool();

        private Registry() throws IOException {
            threads.execute(this::serve);
        }

        int port() {
            return door.getLocalPort();
        }

        private void serve() {
            String[] address = lab.registry.split(":", 2);
            while (!door.isClosed()) {
                try {
                    Socket client = door.accept();
                    Socket registry = new Socket(address[0], Integer.parseInt(address[1]));
                    threads.execute(() -> copy(client, registry));
                    threads.execute(() -> copy(registry, client));
                } catch (IOException e) {
                    // the test is over
                }
            }
        }

        private static void copy(Socket from, Socket to) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                in.transferTo(out);
            } catch (IOException e) {
                // one of them has closed it
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
            threads.shutdownNow();
        }
    }
}
