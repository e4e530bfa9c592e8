package io.edgeagent.model;

import java.util.Locale;
import java.util.Optional;

/**
 * The name of an image: {@code [registry[:port]/]path[:tag][@sha256:digest]}. IoT Edge refuses a tag together with a digest; we
 * take it, the digest decides.
 *
 * @param registry the host (and port) where one is named; otherwise the image is on Docker Hub
 * @param path the repository without its registry
 */
public record ImageReference(Optional<String> registry, String path, Optional<String> tag, Optional<String> digest) {

    // OCI distribution specification
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TAG = 128;
    private static final int QUOTED = 100;
    private static final String DIGEST = "sha256:";
    private static final int DIGEST_HEX = 64;

    /** Reads the image of a manifest. @throws ProblemException naming the text, if no engine would take it */
    public static ImageReference parse(String text) {
        String trimmed = text.strip();
        // by hand: a regular expression recurses once for each part of a name, and threads of small boards have small
        // stacks
        int at = trimmed.indexOf('@');
        Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(trimmed.substring(at + 1));
        String tagged = at < 0 ? trimmed : trimmed.substring(0, at);
        int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(tagged.substring(colon + 1));
        String name = colon < 0 ? tagged : tagged.substring(0, colon);
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String path = hasRegistry ? name.substring(slash + 1) : name;
        boolean taken = name.length() <= LONGEST_NAME
                && isPath(path)
                && (!hasRegistry || isRegistry(first))
                && tag.map(ImageReference::isTag).orElse(true)
                && digest.map(ImageReference::isDigest).orElse(true);
        if (!taken) {
            throw invalid(trimmed);
        }
        return new ImageReference(hasRegistry ? Optional.of(first) : Optional.empty(), path, tag, digest);
    }

    private static boolean isPath(String path) {
        for (String component : path.split("/", -1)) {
            if (!isComponent(component)) {
                return false;
            }
        }
        return true;
    }

    /** Letters and digits in lower case, with '.', '_', '__' or any number of '-' between them. */
    private static boolean isComponent(String text) {
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && isLowerOrDigit(text.charAt(i))) {
                continue;
            }
            if (i == from) {
                return false;
            }
            if (i == text.length()) {
                return true;
            }
            int end = i;
            while (end < text.length() && !isLowerOrDigit(text.charAt(end))) {
                end++;
            }
            if (!isSeparator(text.substring(i, end))) {
                return false;
            }
            from = end;
            i = end - 1;
        }
        return false;
    }

    private static boolean isSeparator(String text) {
        return text.equals(".")
                || text.equals("_")
                || text.equals("__")
                || text.chars().allMatch(c -> c == '-');
    }

    private static boolean isRegistry(String text) {
        boolean address = text.startsWith("[");
        int end = address ? text.indexOf(']') + 1 : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
        String host = text.substring(0, end);
        String port = text.substring(end);
        boolean isHost = address
                ? host.length() > 2 && host.substring(1, end - 1).chars().allMatch(c -> isHex(c) || c == ':')
                : !host.isEmpty() && host.chars().allMatch(c -> isLetterOrDigit(c) || c == '.' || c == '-');
        boolean isPort = port.isEmpty()
                || (port.charAt(0) == ':'
                        && port.length() > 1
                        && port.length() <= 6
                        && port.substring(1).chars().allMatch(c -> c >= '0' && c <= '9'));
        return isHost && isPort;
    }

    private static boolean isTag(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_TAG
                && text.charAt(0) != '.'
                && text.charAt(0) != '-'
                && text.chars().allMatch(c -> isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
    }

    private static boolean isDigest(String text) {
        return text.startsWith(DIGEST)
                && text.length() == DIGEST.length() + DIGEST_HEX
                && text.substring(DIGEST.length()).chars().allMatch(c -> isHex(c) && !Character.isUpperCase(c));
    }

    private static boolean isLowerOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isLetterOrDigit(int c) {
        return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** The reference as it is reported: as in the manifest, with ":latest" where neither tag nor digest is named. */
    public String text() {
        return repository()
                + tag.map(value -> ":" + value).orElse(digest.isPresent() ? "" : ":latest")
                + digest.map(value -> "@" + value).orElse("");
    }

    /** The reference for the engine, which takes a tag or a digest, not both. */
    public String engineText() {
        return digest.map(value -> repository() + "@" + value).orElse(text());
    }

    public String repository() {
        return registry.map(host -> host + "/" + path).orElse(path);
    }

    /** Whether credentials for this address open the image's registry. Docker Hub goes by several names. */
    public boolean isServedBy(String address) {
        String text = address.strip().toLowerCase(Locale.ROOT);
        int scheme = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : 0;
        int slash = text.indexOf('/', scheme);
        String host = text.substring(scheme, slash < 0 ? text.length() : slash);
        return registry.map(own -> own.toLowerCase(Locale.ROOT).equals(host) || (isDockerHub(own) && isDockerHub(host)))
                .orElseGet(() -> isDockerHub(host));
    }

    private static boolean isDockerHub(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("docker.io") || lower.equals("index.docker.io") || lower.equals("registry-1.docker.io");
    }

    private static ProblemException invalid(String text) {
        String shown = text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
        if (ParentHost.asksForParent(text)) {
            return new ProblemException(
                    ErrorCode.IMAGE_INVALID,
                    "\"" + shown + "\" is an image of a parent device, and this device has none: set parent_hostname");
        }
        return new ProblemException(
                ErrorCode.IMAGE_INVALID,
                "\"" + shown
                        + "\" is not an image reference; expected [registry[:port]/]path[:tag][@sha256:digest] in lower case,"
                        + " with a name of at most " + LONGEST_NAME + " characters");
    }

    @Override
    public String toString() {
        return text();
    }
}
