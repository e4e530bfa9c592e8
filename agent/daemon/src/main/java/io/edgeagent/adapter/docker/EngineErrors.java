package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what the engine says into codes and advice. Engines of different versions use different HTTP statuses for the same
 * trouble (20.10 answers 500 to a wrong registry password), so the text decides.
 */
final class EngineErrors {
    // the last + keeps what a group took, so that the matcher needs no stack for each character
    private static final Pattern MESSAGE = Pattern.compile("\"(?:message|cause)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");
    private static final Pattern DEVICE = Pattern.compile("device [^\"]*\"([^\"]+)\"|(/dev/[\\w./-]+)");

    private record Rule(ErrorCode code, String advice, List<String> needles) {}

    private static final Rule DISK_FULL =
            new Rule(ErrorCode.DISK_FULL, "free space on the board's disk", List.of("no space left on device"));

    private static final List<Rule> OF_PULLS = List.of(
            DISK_FULL,
            new Rule(
                    ErrorCode.REGISTRY_UNAUTHORIZED,
                    "check address, username and password of the registry in runtime.settings.registryCredentials",
                    List.of(
                            "no basic auth credentials",
                            "unauthorized",
                            "authentication required",
                            "access denied",
                            "access to the resource is denied",
                            "denied: ")),
            new Rule(
                    ErrorCode.IMAGE_WRONG_PLATFORM,
                    "build the image for this board's architecture too",
                    List.of("no matching manifest", "does not match the specified platform")),
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "check the image's name and tag, and that it was pushed",
                    List.of(
                            "manifest unknown",
                            "manifest for",
                            "name unknown",
                            "repository name not known",
                            "does not exist or no pull access",
                            "no such image")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "check the network and the registry's address",
                    List.of(
                            "no such host",
                            "connection refused",
                            "i/o timeout",
                            "tls handshake timeout",
                            "network is unreachable",
                            "context deadline exceeded",
                            "server misbehaving",
                            "server gave http response to https client",
                            "certificate",
                            "request canceled while waiting for connection")));

    // a container's own messages may hold any word: "permission denied", "connection refused"
    private static final List<Rule> OF_CONTAINERS = List.of(
            DISK_FULL,
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "it is pulled again, unless imagePullPolicy is never: load it on the board then",
                    List.of("no such image", "image not known")),
            new Rule(
                    ErrorCode.PORT_TAKEN,
                    "choose another HostPort, or end the program that listens there",
                    List.of("port is already allocated", "address already in use")),
            new Rule(
                    ErrorCode.DEVICE_MISSING,
                    "connect or enable the device, or take it out of HostConfig.Devices",
                    List.of("error gathering device information", "is not a device node")));

    private EngineErrors() {}

    /** @param what was being done, "container x" */
    static ProblemException explain(String what, Throwable thrown) {
        return explain(what, thrown, OF_CONTAINERS);
    }

    static ProblemException explainPull(String image, Throwable thrown) {
        return explain("image " + image, thrown, OF_PULLS);
    }

    private static ProblemException explain(String what, Throwable thrown, List<Rule> rules) {
        String message = message(thrown);
        if (isConnectionTrouble(thrown)) {
            return new ProblemException(
                    ErrorCode.ENGINE_UNREACHABLE,
                    "the container engine does not answer (" + message + "); start it with: systemctl start docker",
                    thrown);
        }
        String lower = message.toLowerCase(Locale.ROOT);
        for (Rule rule : rules) {
            for (String needle : rule.needles) {
                if (lower.contains(needle)) {
                    String subject = rule.code == ErrorCode.DEVICE_MISSING
                            ? device(message)
                                    .map(node -> node + " is not there")
                                    .orElse(message)
                            : message;
                    return new ProblemException(rule.code, what + ": " + subject + "; " + rule.advice, thrown);
                }
            }
        }
        return new ProblemException(ErrorCode.ENGINE_FAILED, what + ": " + message, thrown);
    }

    /** Podman answers 500 where Docker answers 409 to a name that is taken. */
    static boolean isNameInUse(int status, String answer) {
        return status == 409 || (status == 500 && answer.contains("that name is already in use"));
    }

    static boolean isConnectionTrouble(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            // an answer that cannot be read is an answer
            if (cause instanceof IOException && !(cause instanceof JsonProcessingException)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> device(String message) {
        Matcher matcher = DEVICE.matcher(message);
        return matcher.find()
                ? Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
                : Optional.empty();
    }

    private static String message(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && !(root instanceof DockerException)) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        Matcher matcher = MESSAGE.matcher(text);
        return matcher.find() ? matcher.group(1).replace("\\\"", "\"").replace("\\n", " ") : text;
    }
}
