package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Modules get their credentials through the socket and talk to the hub with them, written against Azure's own client. */
class WorkloadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void an_unmodified_sdk_module_signs_in_through_its_socket_and_a_restarted_agent_does_not_disturb_it()
            throws IOException, InterruptedException {
        try (Device device = new Device(lab, "sockets")) {
            device.start();
            device.apply(Manifest.of(lab).module("sockets-sdk", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();
            IdentityName module = IdentityName.module("sockets", "sockets-sdk");
            lab.hub()
                    .updateDesired(module, JsonNodeFactory.instance.objectNode().put("colour", "red"));
            InspectContainerResponse container = lab.container("sockets-sdk").orElseThrow();

            Process first = start(container);
            try {
                await("the module's report")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reportedColour()).isEqualTo("red"));
                assertThat(lab.hub()
                                .invokeMethod(module, "greet", NullNode.getInstance(), Duration.ofSeconds(10))
                                .status())
                        .isEqualTo(200);
            } finally {
                first.destroyForcibly().waitFor();
            }

            device.agent().kill();
            device.start().awaitLog("event=ready");
            lab.hub()
                    .updateDesired(module, JsonNodeFactory.instance.objectNode().put("colour", "blue"));
            Process second = start(container);
            try {
                await("the module's report")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reportedColour()).isEqualTo("blue"));
            } finally {
                second.destroyForcibly().waitFor();
            }
            assertThat(lab.container("sockets-sdk").orElseThrow().getId()).isEqualTo(container.getId());
        }
    }

    private static String reportedColour() throws IOException {
        return lab.hub()
                .twin("sockets", "sockets-sdk")
                .at("/properties/reported/colour")
                .asText();
    }

    /** The module as a process on this host: the container's environment, and the folder that the container has mounted. */
    private static Process start(InspectContainerResponse container) throws IOException {
        Path folder = container.getMounts().stream()
                .filter(mount -> mount.getDestination() != null
                        && mount.getDestination().getPath().equals("/var/run/iotedge"))
                .map(Mount::getSource)
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        assertThat(Files.exists(folder.resolve("workload.sock"))).isTrue();
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Djavax.net.ssl.trustStore=" + trustStore(lab),
                "-Djavax.net.ssl.trustStorePassword=changeit",
                SdkModule.class.getName());
        for (String line : container.getConfig().getEnv()) {
            if (line.startsWith("IOTEDGE_")) {
                builder.environment().put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        builder.environment().put("IOTEDGE_WORKLOADURI", "unix://" + folder.resolve("workload.sock"));
        File log = lab.folder.resolve("module-" + System.nanoTime() + ".log").toFile();
        return builder.redirectErrorStream(true).redirectOutput(log).start();
    }

    /** Without a gateway the client trusts what its Java runtime trusts. */
    static Path trustStore(Lab lab) throws IOException {
        Path file = lab.folder.resolve("trust.p12");
        try (InputStream pem = Files.newInputStream(lab.folder.resolve("hub/ca.pem"));
                OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "hub", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            store.store(out, "changeit".toCharArray());
            return file;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
