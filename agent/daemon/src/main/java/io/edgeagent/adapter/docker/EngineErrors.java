package io.edgeagent.adapter.docker;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what the engine says into codes and advice. Engines of different versions use different HTTP statuses for the same
 * trouble (20.10 answers 500 to a wrong registry password), so the text decides.
 */
final class EngineErrors {
    private static final Pattern DEVICE = Pattern.compile("device [^\"]*\"([^\"]+)\"|(/dev/[\\w./-]+)");
    private static final Pattern NOT_ON_A_LINE = Pattern.compile("[\\s\\p{C}\\p{Zl}\\p{Zp}]+");
    private static final int BRIEF = 280;
    private static final int BRIEF_HEAD = 110;
    private static final String CUT = " ... ";

    private record Rule(ErrorCode code, String advice, List<String> needles) {
        boolean fits(String lower) {
            return needles.stream().anyMatch(lower::contains);
        }
    }

    private static final Rule DISK_FULL = new Rule(
            ErrorCode.DISK_FULL,
            "free space or inodes on the board's disk: df -h and df -i show which",
            List.of("no space left on device", "disk quota exceeded"));

    // the first that fits counts: what a registry answered comes before what kept it from answering
    private static final List<Rule> OF_PULLS = List.of(
            DISK_FULL,
            new Rule(
                    ErrorCode.IMAGE_WRONG_PLATFORM,
                    "build the image for this board's architecture too",
                    List.of(
                            "no matching manifest",
                            "no match for platform",
                            "does not match the specified platform",
                            "does not provide the specified platform",
                            "no image found in manifest list",
                            "no image found in image index")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "the registry limits how often it is asked; the agent tries again later, and a login may raise the limit",
                    List.of("toomanyrequests", "too many requests")),
            new Rule(
                    ErrorCode.REGISTRY_UNAUTHORIZED,
                    "check address, username and password of the registry in runtime.settings.registryCredentials",
                    List.of(
                            "no basic auth credentials",
                            "unauthorized",
                            "authentication required",
                            "authorization failed",
                            "insufficient_scope",
                            "invalid username/password",
                            "incorrect username or password",
                            "403 forbidden",
                            "access denied",
                            "access forbidden",
                            "access to the resource is denied",
                            "denied: ")),
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "check the image's name and tag, and that it was pushed",
                    List.of(
                            "manifest unknown",
                            "manifest for",
                            "manifest_unknown",
                            "name unknown",
                            "name_unknown",
                            "404 not found",
                            "repository name not known",
                            "does not exist or no pull access",
                            "no such image")),
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "put the registry before the image's name, docker.io/library for an image of Docker Hub",
                    List.of("did not resolve to an alias")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "check the network and the registry's address",
                    List.of(
                            "no such host",
                            "name resolution",
                            "connection refused",
                            "connection reset",
                            "no route to host",
                            "network is unreachable",
                            "host is down",
                            "i/o timeout",
                            "tls handshake timeout",
                            "client.timeout",
                            "context deadline exceeded",
                            "server misbehaving",
                            "proxyconnect",
                            ": eof",
                            "unexpected eof",
                            "use of closed network connection",
                            "request canceled while waiting for connection")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "the registry speaks only HTTP: add it to insecure-registries in the engine's settings",
                    List.of("server gave http response to https client")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "check the board's clock, and that the engine trusts the registry's certificate (certs.d of its"
                            + " settings)",
                    List.of("x509:", "certificate", "tls: ")),
            new Rule(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "the registry has a problem; the agent tries again later",
                    List.of(
                            "500 internal server error",
                            "502 bad gateway",
                            "503 service unavailable",
                            "504 gateway timeout",
                            "unexpected http status: 5",
                            "invalid status code from registry 5")),
            // Docker with containerd's store: "failed to resolve reference ...: not found"
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "check the image's name and tag, and that it was pushed",
                    List.of(": not found")));

    // a container's own messages may hold any word: "permission denied", "connection refused"
    private static final List<Rule> OF_CONTAINERS = List.of(
            DISK_FULL,
            new Rule(
                    ErrorCode.IMAGE_NOT_FOUND,
                    "it is pulled again; if imagePullPolicy is never, load it on the board",
                    List.of("no such image", "image not known")),
            new Rule(
                    ErrorCode.CONTAINER_GONE,
                    "somebody removed it, and it is made anew",
                    List.of("there is no container of ours of this name")),
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
        String message = message(thrown);
        return explain(what, thrown, OF_CONTAINERS, message.toLowerCase(Locale.ROOT));
    }

    static ProblemException explainPull(ImageReference image, Throwable thrown) {
        // words of the image's own name say nothing: "registry/unauthorized:1"
        String said = message(thrown)
                .replace(image.text(), "")
                .replace(image.path(), "")
                .toLowerCase(Locale.ROOT)
                .replace("permission denied", "");
        return explain("image " + image.text(), thrown, OF_PULLS, said);
    }

    private static ProblemException explain(String what, Throwable thrown, List<Rule> rules, String lower) {
        String message = message(thrown);
        String subject = brief(what) + ": ";
        if (is(thrown, ClosedByInterruptException.class::isInstance)) {
            return new ProblemException(
                    ErrorCode.ENGINE_FAILED, subject + "the call was cut off because the agent is stopping", thrown);
        }
        if (isConnectionTrouble(thrown)) {
            return new ProblemException(
                    ErrorCode.ENGINE_UNREACHABLE,
                    "the container engine does not answer (" + brief(message)
                            + "); start it with: systemctl start docker",
                    thrown);
        }
        for (Rule rule : rules) {
            if (rule.fits(lower)) {
                String said = rule.code == ErrorCode.DEVICE_MISSING
                        ? device(message).map(node -> node + " is not there").orElse(message)
                        : message;
                return new ProblemException(rule.code, subject + brief(said) + "; " + rule.advice, thrown);
            }
        }
        return new ProblemException(ErrorCode.ENGINE_FAILED, subject + brief(message), thrown);
    }

    /** On one line and so short that advice after it is not cut off. What is wrong stands at the end of Go's messages. */
    static String brief(String text) {
        String line = NOT_ON_A_LINE.matcher(text).replaceAll(" ").strip();
        if (line.length() <= BRIEF) {
            return line;
        }
        int head = Character.isHighSurrogate(line.charAt(BRIEF_HEAD - 1)) ? BRIEF_HEAD - 1 : BRIEF_HEAD;
        int tail = line.length() - (BRIEF - head - CUT.length());
        return line.substring(0, head)
                + CUT
                + line.substring(Character.isLowSurrogate(line.charAt(tail)) ? tail + 1 : tail);
    }

    static boolean isConnectionTrouble(Throwable thrown) {
        return is(thrown, IOException.class::isInstance);
    }

    private static boolean is(Throwable thrown, Predicate<Throwable> kind) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (kind.test(cause)) {
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
        while (root.getCause() != null && !(root instanceof EngineReplyException)) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
