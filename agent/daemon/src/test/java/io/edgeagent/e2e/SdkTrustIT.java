package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.adapter.workload.SocketFolders;
import io.edgeagent.adapter.workload.WorkloadServer;
import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.fake.OpenGate;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.HubCertificate;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleCertificates;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.identity.Workload;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.SubjectName;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Azure's unmodified client believes a server with the hub's certificate, by nothing but the trust bundle of its socket. */
class SdkTrustIT {
    private static final String GATEWAY = "127.0.0.83";
    private static final int MQTTS = 8883;

    @TempDir
    private Path folder;

    @Test
    void the_sdk_reads_the_trust_bundle_and_signs_in_at_a_gateway_with_the_hubs_certificate() throws Exception {
        CertificateWriter writer = new CertificateWriter();
        Clock clock = Clock.systemUTC();
        EdgeCa ca = new EdgeCa(
                new OwnCa(
                        new MemoryCaStore(),
                        writer,
                        clock,
                        "board",
                        SubjectName.ofCommonName("aziot-edge CA board"),
                        Duration.ofDays(90)),
                writer,
                clock);
        KeyStore keys = () -> SharedKey.of(new byte[] {1});
        IdentityRegistry nobody = (IdentityRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IdentityRegistry.class}, (proxy, method, args) -> {
                    throw new AssertionError("the hub is not asked");
                });
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {new HubCertificate(ca, () -> new HubCertificate.Names(GATEWAY, Set.of()))},
                null,
                null);
        try (WorkloadServer workload = new WorkloadServer(
                        new SocketFolders(folder.resolve("w")),
                        new Workload(
                                new Identities(nobody, keys),
                                keys,
                                new ModuleCertificates(ca, "hub.example.net", "board", "azure-iot-edge", Set::of),
                                ca::trusted),
                        OpenGate.locks(io.edgeagent.runtime.Clock.SYSTEM));
                SSLServerSocket server = (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(MQTTS, 5, InetAddress.getByName(GATEWAY))) {
            assertThat(workload.follow(List.of(new ModuleIdentity("led", "637"))))
                    .isTrue();
            server.setSoTimeout(30_000);
            Process module = start();
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                String connect = firstPacket(socket);

                assertThat(connect)
                        .contains("MQTT", "board/led", "hub.example.net/board/led/", "SharedAccessSignature");
            } finally {
                module.destroyForcibly().waitFor();
            }
        }
    }

    private static String firstPacket(SSLSocket socket) throws IOException {
        byte[] buffer = new byte[4096];
        int length = socket.getInputStream().read(buffer);
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** With the trust store of its Java runtime, which does not know our CA. */
    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SdkModule.class.getName());
        builder.environment()
                .putAll(Map.of(
                        "IOTEDGE_WORKLOADURI", "unix://" + folder.resolve("w/led/workload.sock"),
                        "IOTEDGE_AUTHSCHEME", "sasToken",
                        "IOTEDGE_MODULEGENERATIONID", "637",
                        "IOTEDGE_IOTHUBHOSTNAME", "hub.example.net",
                        "IOTEDGE_GATEWAYHOSTNAME", GATEWAY,
                        "IOTEDGE_DEVICEID", "board",
                        "IOTEDGE_MODULEID", "led",
                        "IOTEDGE_APIVERSION", "2022-08-03"));
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("module.log").toFile())
                .start();
    }
}
