package io.edgeagent.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What to tell somebody who gave no connection string. */
final class MissingCredentials {
    private static final List<String> LOGINS = List.of(
            "TENANT_URL", "TENANT_PASSWORD", "TENANT_ID", "AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_IOT_HUB_NAME");

    private MissingCredentials() {}

    /** Names variables, never their values. */
    static String text(Path file, Map<String, String> environment) {
        String accepted =
                "set the environment variable CONNECTION_STRING (docker run -e CONNECTION_STRING='HostName=...;"
                        + "DeviceId=...;SharedAccessKey=...'), or connection_string in [provisioning] of " + file;
        List<String> given = LOGINS.stream()
                .filter(name -> Stream.ofNullable(environment.get(name)).anyMatch(value -> !value.isBlank()))
                .toList();
        return given.isEmpty()
                ? "there is no connection string: " + accepted
                : "there is no connection string, and registering the device with " + String.join(", ", given)
                        + " is not supported: make the device yourself (az iot hub device-identity create --edge-enabled, then"
                        + " az iot hub device-identity connection-string show), and " + accepted;
    }
}
