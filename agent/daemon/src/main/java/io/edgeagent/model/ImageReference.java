package io.edgeagent.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code [registry[:port]/]path[:tag][@sha256:digest]}. IoT Edge refuses a tag together with a digest; we
 * take it, the digest decides.
 *
 * @param registry the host (and port) where one is named; otherwise the image is on Docker Hub
 * @param path the repository without its registry
 */
public record ImageReference(Optional<String> registry, String path, Optional<String> tag, Optional<String> digest) {

    // 255 for the name, 128 for the tag, 71 for the digest (OCI distribution specification)
    private static final int MAX_LENGTH = 456;
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*+(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*+)*+");
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<name>[^@\\s]+?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
    private static final Pattern REGISTRY =
            Pattern.compile("[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\\[[0-9a-fA-F:]+](?::[0-9]{1,5})?");

    /** Reads the image of a manifest. @throws ProblemException naming the text, if no engine would take it */
    public static ImageReference parse(String text) {
        String trimmed = text.strip();
        Matcher matcher = REFERENCE.matcher(trimmed);
        if (trimmed.length() > MAX_LENGTH || !matcher.matches()) {
            throw invalid(trimmed);
        }
        String name = matcher.group("name");
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String path = hasRegistry ? name.substring(slash + 1) : name;
        if (!PATH.matcher(path).matches()
                || (hasRegistry && !REGISTRY.matcher(first).matches())) {
            throw invalid(trimmed);
        }
        return new ImageReference(
                hasRegistry ? Optional.of(first) : Optional.empty(),
                path,
                Optional.ofNullable(matcher.group("tag")),
                Optional.ofNullable(matcher.group("digest")));
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
        String host = address.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^https?://", "")
                .replaceFirst("/.*$", "");
        return registry.map(own -> own.toLowerCase(Locale.ROOT).equals(host) || (isDockerHub(own) && isDockerHub(host)))
                .orElseGet(() -> isDockerHub(host));
    }

    private static boolean isDockerHub(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("docker.io") || lower.equals("index.docker.io") || lower.equals("registry-1.docker.io");
    }

    private static ProblemException invalid(String text) {
        return new ProblemException(
                ErrorCode.IMAGE_INVALID,
                "\"" + text
                        + "\" is no image reference; expected [registry[:port]/]path[:tag][@sha256:digest] in lower"
                        + " case");
    }

    @Override
    public String toString() {
        return text();
    }
}
