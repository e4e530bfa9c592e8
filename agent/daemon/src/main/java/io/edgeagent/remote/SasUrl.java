package io.edgeagent.remote;

import io.edgeagent.model.ParentHost;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container of a blob storage with the right to write into it: {@code https://account.blob.core.windows.net/logs?sv=...&sig=...}.
 * The part behind the question mark is a secret, and nothing but {@link #of} a blob has it.
 */
public final class SasUrl {
    private static final Pattern EXPIRY = Pattern.compile("(?:^|&)se=([^&]{1,64})");
    private static final Pattern SIGNATURE = Pattern.compile("(?i)sig(?:=|%3D)[^&\\s\"'<>]");
    private static final int MOST = 8192;
    private static final String SCHEME = "https://";

    private final String container;
    private final String query;

    private SasUrl(String container, String query) {
        this.container = container;
        this.query = query;
    }

    /**
     * @param parent that {@code $upstream} stands for
     * @throws IllegalArgumentException saying what is wrong, without the text
     */
    public static SasUrl parse(String text, ParentHost parent) {
        String given = text.strip();
        String stripped = given.startsWith(SCHEME) ? SCHEME + parent.resolve(given.substring(SCHEME.length())) : given;
        if (stripped.startsWith("https://$upstream")) {
            throw new IllegalArgumentException(
                    "sasUrl: $upstream means a parent device, and this device has none: give the storage's own address");
        }
        try {
            URI uri = new URI(stripped.length() > MOST ? "" : stripped);
            String path = Optional.ofNullable(uri.getRawPath()).orElse("");
            String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
            if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException("sasUrl must begin with https:// and a host");
            }
            if (path.length() < 2 || !SIGNATURE.matcher(query).find()) {
                throw new IllegalArgumentException(
                        "sasUrl must name a container and have a signature: https://ACCOUNT.blob.core.windows.net/CONTAINER?...&sig=...");
            }
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return new SasUrl("https://" + uri.getHost() + port + path.replaceFirst("/$", ""), query);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("sasUrl is not a URL");
        }
    }

    /**
     * The address of a blob in the container, with the secret.
     *
     * @param path below the container, percent-encoded
     * @param operation as {@code comp=appendblock}; empty for none
     */
    public URI of(String path, String operation) {
        return URI.create(container + "/" + path + "?" + operation + (operation.isEmpty() ? "" : "&") + query);
    }

    /** When it ends, where it says so. */
    public Optional<Instant> expiry() {
        Matcher matcher = EXPIRY.matcher(query);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    OffsetDateTime.parse(matcher.group(1).replace("%3A", ":").replace("%3a", ":"))
                            .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return container;
    }
}
