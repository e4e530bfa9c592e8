package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The files that a running simulator leaves for its clients. They are made anew at each start. */
public final class StateFiles {
    private final Path folder;

    public StateFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes them, those with secrets readable by their owner only.
     *
     * @param policies names to connection strings
     */
    public void write(String hostName, int httpsPort, Map<String, String> policies, String token) throws IOException {
        for (Map.Entry<String, String> policy : policies.entrySet()) {
            write(policy.getKey() + ".connection-string", policy.getValue(), "rw-------");
        }
        write("iothubowner.sas", token, "rw-------");
        write(
                "endpoint.json",
                HubJson.object()
                        .put("hostName", hostName)
                        .put("httpsPort", httpsPort)
                        .toString(),
                "rw-r--r--");
    }

    /** @param authority host with the port, if it is another than 443 */
    record Endpoint(String hostName, String authority, String token, Path caFile) {}

    /** @throws CommandFailure if no simulator has run on the folder */
    Endpoint read() {
        try {
            JsonNode endpoint = HubJson.parse(Files.readAllBytes(folder.resolve("endpoint.json")));
            String host = endpoint.path("hostName").asText();
            int port = endpoint.path("httpsPort").asInt();
            return new Endpoint(
                    host,
                    port == 443 ? host : host + ":" + port,
                    Files.readString(folder.resolve("iothubowner.sas")),
                    folder.resolve(CertificateAuthority.CA_FILE));
        } catch (IOException e) {
            throw new CommandFailure(
                    "no simulator has run on " + folder + " (" + e.getMessage() + "): start it with the command run",
                    e);
        }
    }

    private void write(String name, String text, String mode) throws IOException {
        Path temporary = folder.resolve(name + ".tmp");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
