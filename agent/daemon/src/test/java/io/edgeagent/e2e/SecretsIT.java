package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No secret is in anything that the agent writes for others, whatever happens to it. */
class SecretsIT {
    private static final String ID = "secrets";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern SIGNED = Pattern.compile("(?i)SharedAccessSignature sr=|[?&; ]sig=");

    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void no_secret_leaves_the_agent() throws Exception {
        try (Device device = new Device(lab, ID)) {
            device.start();
            device.apply(Manifest.of(lab).module("secrets-a", lab.image("1")).module("secrets-b", lab.image("2")));
            assertThat(device.awaitStatus(200)).isEmpty();
            String issued = askForCredentials(device, "secrets-a");
            makeTrouble(device);

            Secrets secrets = collect(device, issued);
            Map<String, String> written = everythingWritten(device);

            assertThat(written).hasSizeGreaterThan(15);
            Map<String, List<String>> found = new TreeMap<>();
            written.forEach((where, text) -> {
                List<String> names = secrets.in(text);
                if (!names.isEmpty()) {
                    found.put(where, names);
                }
                if (SIGNED.matcher(text).find()) {
                    found.put(where + ", a signature", List.of());
                }
            });
            assertThat(found).isEmpty();
            // who types the registry's password into a shell of this machine is not ours to judge
            assertThat(secrets.in(commandLines(ProcessHandle.allProcesses())))
                    .filteredOn(name -> !name.contains("registry"))
                    .isEmpty();
            whereSecretsMustBeTheyAreForTheOwnerAlone(device, secrets);
        }
    }

    /** As modules do; what the agent gave to one is a secret to all others. */
    private static String askForCredentials(Device device, String module) throws IOException {
        String socket =
                device.state().resolve("workload/" + module + "/workload.sock").toString();
        String path = "/modules/" + module + "/genid/1/";
        post(socket, path + "sign", "{\"keyId\":\"primary\",\"algo\":\"HMACSHA256\",\"data\":\"aGVsbG8=\"}");
        post(socket, path + "encrypt", "{\"plaintext\":\"c2VjcmV0\",\"initializationVector\":\"aXY=\"}");
        post(socket, "/modules/secrets-b/genid/1/sign", "{\"data\":\"aGVsbG8=\"}");
        post(socket, path + "sign", "no json");
        return post(socket, path + "certificate/server", "{\"commonName\":\"" + module + "\"}")
                .path("privateKey")
                .path("bytes")
                .asText();
    }

    private static JsonNode post(String socket, String path, String body) throws IOException {
        String answer = EngineText.ask(
                socket,
                "POST " + path + "?api-version=2018-06-28 HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body);
        return Json.MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    /** Errors are where secrets slip out. */
    private static void makeTrouble(Device device) throws Exception {
        device.apply(Manifest.of(lab)
                .module("secrets-a", lab.image("1"))
                .module("secrets-b", lab.image("2"))
                .module("secrets-none", lab.image("none"))
                .login(lab.registry, lab.registryUser, lab.registryPassword + "-not"));
        device.awaitStatus(500);
        lab.hub()
                .invokeMethod(
                        IdentityName.module(ID, "$edgeAgent"), "ping", NullNode.getInstance(), Duration.ofSeconds(10));
        device.apply(Manifest.of(lab).module("secrets-a", lab.image("1")).module("secrets-b", lab.image("2")));
        device.awaitStatus(200);
        ConnectionString right = ConnectionString.parseDevice(device.connectionString);
        device.agent().terminate();
        device.start(device.connectionString.replace("SharedAccessKey=", "SharedAccessKey=" + "A".repeat(4)));
        device.agent().awaitLog("code=HUB_UNAUTHORIZED");
        device.agent().terminate();
        device.start(device.connectionString.replace("SharedAccessKey=", "SharedAccessKey=%%%"));
        assertThat(device.agent().awaitExit()).isEqualTo(78);
        Files.writeString(
                device.state().resolve("config.toml"),
                "[provisioning]\nconnection_string = \"" + device.connectionString + "\n");
        device.start();
        assertThat(device.agent().awaitExit()).isEqualTo(78);
        Files.delete(device.state().resolve("config.toml"));
        device.start().awaitLog("event=ready");
        assertThat(right.key()).isPresent();
        await("the report")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(device.reported()
                                .path("lastDesiredStatus")
                                .path("code")
                                .asInt())
                        .isEqualTo(200));
    }

    private static Secrets collect(Device device, String issued) throws IOException {
        Secrets secrets = new Secrets();
        secrets.word("the registry's password", lab.registryPassword);
        secrets.key(
                "the device's key",
                ConnectionString.parseDevice(device.connectionString)
                        .key()
                        .orElseThrow()
                        .toBase64());
        for (String module : List.of("$edgeAgent", "secrets-a", "secrets-b")) {
            JsonNode keys = lab.hub()
                    .identity(IdentityName.module(ID, module))
                    .path("authentication")
                    .path("symmetricKey");
            secrets.key("the key of " + module, keys.path("primaryKey").asText());
            secrets.key("the second key of " + module, keys.path("secondaryKey").asText());
        }
        secrets.key("the master key", Files.readString(device.state().resolve("keys/master.key")));
        secrets.pem("the root CA's key", Files.readString(device.state().resolve("keys/root-ca.pem")));
        secrets.pem("the edge CA's key", Files.readString(device.state().resolve("keys/edge-ca.pem")));
        secrets.pem("a module's certificate key", issued);
        return secrets;
    }

    private static Map<String, String> everythingWritten(Device device) throws Exception {
        Map<String, String> all = new LinkedHashMap<>();
        for (Path file : files(device.state())) {
            String name = device.state().relativize(file).toString();
            if (!isForTheAgentAlone(name)) {
                all.put("file " + name, Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        // of all agents that ran here, each as it was started
        for (Path log : files(lab.folder).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .toList()) {
            all.put("log " + log.getFileName(), Files.readString(log, StandardCharsets.ISO_8859_1));
        }
        all.put("the reported properties", device.reported().toString());
        for (String module : List.of("secrets-a", "secrets-b")) {
            all.put("the twin of " + module, lab.hub().twin(ID, module).toString());
            all.put("inspect " + module, EngineText.get(lab, "/containers/" + module + "/json"));
            all.put("logs " + module, EngineText.get(lab, "/containers/" + module + "/logs?stdout=1&stderr=1"));
        }
        all.put("the engine's containers", EngineText.get(lab, "/containers/json?all=1"));
        all.put("the network", EngineText.get(lab, "/networks/" + lab.network));
        for (String[] command : new String[][] {
            {"list"},
            {"list", "-o", "json"},
            {"status"},
            {"status", "-o", "json"},
            {"logs", "secrets-a"},
            {"restart", "secrets-a"},
            {"config", "apply", "--check", "-c", "/dev/null"}
        }) {
            all.put("edge-agent " + String.join(" ", command), command(device, command));
        }
        Path bundle = lab.folder.resolve("secrets-bundle.zip");
        all.put(
                "edge-agent support-bundle",
                command(
                        device,
                        "support-bundle",
                        "-o",
                        bundle.toString(),
                        "--state",
                        device.state().toString(),
                        "--config",
                        device.state().resolve("config.toml").toString()));
        try (ZipFile zip = new ZipFile(bundle.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                all.put(
                        "bundle: " + entry.getName(),
                        new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.keySet())
                .contains(
                        "bundle: agent/status.json",
                        "bundle: check.json",
                        "bundle: desired.json",
                        "bundle: engine/version.json",
                        "bundle: inspect/secrets-a.json",
                        "bundle: logs/secrets-a_log.txt",
                        "bundle: state.json");
        all.put("ps", commandLines(device.agent().processes()));
        return all;
    }

    /** Files that hold secrets by their purpose; only their mode protects them. */
    private static boolean isForTheAgentAlone(String name) {
        return name.startsWith("keys/") || name.equals("deployment.json");
    }

    /** Also shows that the search finds what is there. */
    private static void whereSecretsMustBeTheyAreForTheOwnerAlone(Device device, Secrets secrets) throws IOException {
        List<String> holding = new ArrayList<>();
        for (Path file : files(device.state())) {
            if (!secrets.in(Files.readString(file, StandardCharsets.ISO_8859_1)).isEmpty()) {
                holding.add(device.state().relativize(file).toString());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(holding)
                .containsExactlyInAnyOrder(
                        "keys/master.key", "keys/root-ca.pem", "keys/edge-ca.pem", "deployment.json");
    }

    private static String command(Device device, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.edgeagent.Main"));
        line.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment()
                .put(
                        "EDGE_AGENT_ADMIN_SOCKET",
                        device.state().resolve("admin.sock").toString());
        builder.environment().put("EDGE_AGENT_ENGINE", lab.engineUri);
        builder.environment().put("CONNECTION_STRING", device.connectionString);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** What every user of the board sees of all processes. */
    private static String commandLines(Stream<ProcessHandle> processes) throws IOException {
        StringBuilder all = new StringBuilder();
        for (ProcessHandle process : processes.toList()) {
            try {
                all.append(Files.readString(
                                Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                        .replace('\0', ' '));
            } catch (IOException e) {
                // it has ended meanwhile
                all.append('\n');
            }
        }
        return all.toString();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
