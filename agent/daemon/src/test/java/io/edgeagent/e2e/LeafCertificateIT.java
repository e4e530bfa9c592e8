package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.NodeProgram;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.x509.CertificateRequest;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices behind the board that prove themselves with certificates: Azure's unmodified clients, and Mosquitto's for wrong ones. */
class LeafCertificateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "cert-board";
    private static final String ADDRESS = "127.0.0.10";
    /** Registered by the thumbprint of its certificate. */
    private static final String SELF_SIGNED = "leaf-self";

    private static final String CA_SIGNED = "leaf-ca";
    private static final String KEYED = "leaf-keyed";
    private static final String SELF_SIGNED_AMQP = "leaf-self-amqp";
    private static final String CA_SIGNED_AMQP = "leaf-ca-amqp";
    private static final List<String> LEAVES = List.of(SELF_SIGNED, CA_SIGNED, KEYED, SELF_SIGNED_AMQP, CA_SIGNED_AMQP);
    /** Signed by a CA too, and never connected. */
    private static final String AWAY = "leaf-away";

    private static final CertificateWriter WRITER = new CertificateWriter();

    @RegisterExtension
    private static final Lab lab = new Lab();

    private final List<Process> running = new ArrayList<>();
    private final List<NodeProgram> nodes = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        running.forEach(Process::destroyForcibly);
        nodes.forEach(NodeProgram::close);
        for (String leaf : LEAVES) {
            Path log = lab.folder.resolve(leaf + ".log");
            if (Files.exists(log)) {
                System.out.println("--- " + leaf + "\n" + Files.readString(log));
            }
        }
    }

    @Test
    void devices_with_certificates_work_as_those_with_keys_and_wrong_ones_are_told_apart() throws Exception {
        Credential own = selfSigned(SELF_SIGNED, CertificateRequest.Use.CLIENT);
        Credential factory = selfSigned("factory root", CertificateRequest.Use.CA);
        Credential ownAmqp = selfSigned(SELF_SIGNED_AMQP, CertificateRequest.Use.CLIENT);
        Credential line = signed("line 1", CertificateRequest.Use.CA, factory);
        Credential signed = signed(CA_SIGNED, CertificateRequest.Use.CLIENT, line);
        String connectionString = lab.hub().createEdgeDevice(ID);
        lab.hub().identities().createX509Device(SELF_SIGNED, false, List.of(thumbprint("SHA-1", own.certificate())));
        lab.hub().identities().createX509Device(CA_SIGNED, false, List.of());
        lab.hub().identities().createX509Device(CA_SIGNED_AMQP, false, List.of());
        lab.hub()
                .identities()
                .createX509Device(SELF_SIGNED_AMQP, false, List.of(thumbprint("SHA-256", ownAmqp.certificate())));
        lab.hub().identities().createX509Device(AWAY, false, List.of());
        String keyed = lab.hub().createDevice(KEYED);
        for (String leaf : Stream.concat(LEAVES.stream(), Stream.of(AWAY)).toList()) {
            lab.hub().identities().placeBelow(leaf, ID);
            lab.hub().updateDesired(IdentityName.device(leaf), object().put("colour", "red"));
        }
        // trust_bundle_cert of the board
        Files.writeString(lab.folder.resolve("hub/ca.pem"), pem(factory.certificate()), StandardOpenOption.APPEND);
        try (Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            Files.createDirectories(device.state());
            Files.writeString(device.state().resolve("config.toml"), "[hub]\nlisten = [\"" + ADDRESS + "\"]\n");
            device.start();
            device.apply(Manifest.of(lab));
            assertThat(device.awaitStatus(200)).isEmpty();
            device.agent().awaitLog("event=device_scope identities=6");
            for (int port : List.of(8883, 5671, 443)) {
                device.agent().awaitLog("event=hub_listens address=" + ADDRESS + ":" + port);
            }

            step(
                    "Azure's clients for Java and Node.js by thumbprint and by a chain, over MQTT and AMQP, and by a key as ever");
            startJava(device, SELF_SIGNED, own, "MQTT");
            startJava(device, CA_SIGNED_AMQP, signed(CA_SIGNED_AMQP, CertificateRequest.Use.CLIENT, line), "AMQPS");
            startNode(
                    device,
                    SELF_SIGNED_AMQP,
                    "HostName=" + ADDRESS + ";DeviceId=" + SELF_SIGNED_AMQP + ";x509=true",
                    Map.of(
                            "CERT", file("self-amqp.pem", chain(ownAmqp)),
                            "KEY", file("self-amqp.key", key(ownAmqp)),
                            "PROTOCOL", "AMQPS"));
            // with certificates this client does not look at GatewayHostName
            startNode(
                    device,
                    CA_SIGNED,
                    "HostName=" + ADDRESS + ";DeviceId=" + CA_SIGNED + ";x509=true",
                    Map.of(
                            "CERT", file("leaf.pem", chain(signed)),
                            "KEY", file("leaf.key", key(signed)),
                            "PROTOCOL", "MQTT_WS"));
            startNode(device, KEYED, keyed + ";GatewayHostName=" + ADDRESS, Map.of());
            for (String leaf : LEAVES) {
                awaitColour(leaf, "red");
                awaitAnswer(
                        leaf, "send", object().put("first", 0).put("count", 5).put("everyMillis", 10), "begun");
                awaitNumbers(leaf, 5);
            }

            step("wrong certificates are refused, each with what is wrong");
            Credential stolen = selfSigned(SELF_SIGNED, CertificateRequest.Use.CLIENT);
            assertThatRefused(
                    device,
                    SELF_SIGNED,
                    stolen,
                    "the thumbprint of its certificate is " + thumbprint("SHA-1", stolen.certificate()) + " (SHA-256 "
                            + thumbprint("SHA-256", stolen.certificate()) + "), and IoT Hub has "
                            + thumbprint("SHA-1", own.certificate()));
            assertThatRefused(
                    device,
                    CA_SIGNED,
                    signed("somebody", CertificateRequest.Use.CLIENT, factory),
                    "the common name in its certificate is somebody, and must be leaf-ca");
            Credential unknown = selfSigned("garage", CertificateRequest.Use.CA);
            assertThatRefused(
                    device,
                    AWAY,
                    signed(AWAY, CertificateRequest.Use.CLIENT, unknown),
                    "it sent 2 certificates, the last one of the issuer CN=garage, and they lead to none of the 2"
                            + " certificates in trust_bundle_cert");
            CommandRun clients = CommandRun.of(lab, device.state(), "hub", "clients");
            System.out.println(clients.out());
            assertThat(clients.out())
                    .contains("lead to none of the 2 certificates")
                    .containsPattern(CA_SIGNED_AMQP + " +connected .* amqp ")
                    .containsPattern(SELF_SIGNED_AMQP + " +connected .* amqp ");

            step("after a kill of the agent, without the cloud, they come back");
            lab.hub().faults(object().put("refuseConnections", true));
            device.agent().kill();
            device.start().awaitLog("event=device_scope_restored identities=6");
            for (String leaf : LEAVES) {
                await(leaf + " to come back")
                        .atMost(PATIENCE)
                        .until(() -> device.agent().log().contains("event=client_connected client=" + leaf + " "));
            }
            lab.hub().resetFaults();
        }
    }

    /** With Mosquitto's client, which says what the hub answers. */
    private void assertThatRefused(Device device, String leaf, Credential credential, String reason) throws Exception {
        Path out = Files.createTempFile(lab.folder, "mosquitto", ".out");
        Process process = new ProcessBuilder(
                        "mosquitto_pub",
                        "-h",
                        ADDRESS,
                        "-p",
                        "8883",
                        "--cafile",
                        file("board-ca.pem", rootCa(device)),
                        "--cert",
                        file("wrong.pem", chain(credential)),
                        "--key",
                        file("wrong.key", key(credential)),
                        "-i",
                        leaf,
                        "-u",
                        lab.hubAddress + "/" + leaf + "/?api-version=2021-04-12",
                        "-q",
                        "1",
                        "-t",
                        "devices/" + leaf + "/messages/events/",
                        "-m",
                        "x")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(out)).contains("not authori");
        await("the reason")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(device.agent().log().replaceAll("[\\\\\"]", ""))
                        .contains(reason));
    }

    private static CertificateRequest request(String name, KeyPair keys, CertificateRequest.Use use) {
        Instant now = Instant.now();
        return new CertificateRequest(
                SubjectName.ofCommonName(name),
                keys.getPublic(),
                use,
                OptionalInt.empty(),
                List.of(),
                now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(1)));
    }

    private static Credential selfSigned(String name, CertificateRequest.Use use) {
        KeyPair keys = WRITER.newKey();
        return WRITER.selfSigned(request(name, keys, use), keys.getPrivate());
    }

    private static Credential signed(String name, CertificateRequest.Use use, Credential ca) {
        KeyPair keys = WRITER.newKey();
        return WRITER.signed(request(name, keys, use), keys.getPrivate(), ca);
    }

    private static String thumbprint(String algorithm, X509Certificate certificate) throws Exception {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }

    private static String pem(X509Certificate certificate) throws CertificateEncodingException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String chain(Credential credential) throws CertificateEncodingException {
        StringBuilder all = new StringBuilder();
        for (X509Certificate certificate : credential.chain()) {
            all.append(pem(certificate));
        }
        return all.toString();
    }

    private static String key(Credential credential) {
        return pem("PRIVATE KEY", credential.key().getEncoded());
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(lab.folder.resolve(name), content).toString();
    }

    private void startJava(Device device, String name, Credential credential, String protocol) throws Exception {
        Path trust = lab.folder.resolve(name + "-trust.p12");
        Path keys = lab.folder.resolve(name + "-keys.p12");
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "board",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(rootCa(device).getBytes(StandardCharsets.US_ASCII))));
        try (OutputStream out = Files.newOutputStream(trust)) {
            store.store(out, password);
        }
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("device", credential.key(), password, credential.chain().toArray(X509Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(keys)) {
            own.store(out, password);
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + trust,
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-Djavax.net.ssl.keyStore=" + keys,
                "-Djavax.net.ssl.keyStorePassword=changeit",
                "-cp",
                System.getProperty("java.class.path"),
                SdkLeaf.class.getName());
        builder.environment()
                .put(
                        "CONNECTION_STRING",
                        "HostName=" + lab.hubAddress + ";DeviceId=" + name + ";x509=true;GatewayHostName=" + ADDRESS);
        builder.environment().put("PROTOCOL", protocol);
        start(name, builder);
    }

    private void startNode(Device device, String name, String connectionString, Map<String, String> more)
            throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CONNECTION_STRING", connectionString);
        environment.put("CA", file("leaf-board-ca.pem", rootCa(device)));
        nodes.add(new NodeProgram("leaf.js", environment, lab.folder.resolve(name + ".log")));
    }

    private void start(String name, ProcessBuilder builder) throws IOException {
        running.add(builder.redirectErrorStream(true)
                .redirectOutput(lab.folder.resolve(name + ".log").toFile())
                .start());
    }

    private static String rootCa(Device device) throws IOException {
        Path file = device.state().resolve("keys/root-ca.pem");
        await("the CA").atMost(PATIENCE).until(() -> Files.exists(file));
        String end = "-----END CERTIFICATE-----";
        String pem = Files.readString(file);
        return pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----"), pem.indexOf(end) + end.length()) + "\n";
    }

    private static void awaitAnswer(String leaf, String method, ObjectNode payload, String answer) {
        await(leaf + " to answer")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(lab.hub()
                                .invokeMethod(IdentityName.device(leaf), method, payload, Duration.ofSeconds(10))
                                .payload()
                                .asText())
                        .isEqualTo(answer));
    }

    private static void awaitNumbers(String leaf, int count) {
        await(count + " messages of " + leaf)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub().events().stream()
                                .filter(event -> event.deviceId().equals(leaf))
                                .flatMap(event ->
                                        Optional.ofNullable(event.properties().get("number")).stream())
                                .distinct())
                        .hasSize(count));
    }

    private static void awaitColour(String leaf, String colour) {
        await(leaf + "'s report of " + colour)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub()
                                .twin(leaf)
                                .at("/properties/reported/colour")
                                .asText())
                        .isEqualTo(colour));
    }

    // shown where the test failed
    private static void step(String what) {
        System.out.println("--- " + Instant.now() + " " + what);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
