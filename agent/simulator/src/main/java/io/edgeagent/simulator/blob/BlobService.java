package io.edgeagent.simulator.blob;

import io.edgeagent.protocol.Percent;
import io.edgeagent.simulator.hub.StateFolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The REST API of Azure's Blob service, as much as uploads and their readers need: Put Blob, Put Block, Put Block List, Append Block,
 * Get Blob, Get Blob Properties and List Blobs. Everything needs a service SAS. One thread.
 */
public final class BlobService {
    /** What an overloaded storage answers. */
    public static final BlobAnswer BUSY =
            BlobAnswer.refusal(new BlobException(503, "ServerBusy", "The server is busy."));

    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9-]{3,63}");
    private static final Pattern BLOCK_ID = Pattern.compile("<(?:Latest|Uncommitted|Committed)>([^<]{1,100})<");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    private final BlobAccount account;
    private final BlobFolder blobs;
    private final InstantSource clock;
    private final String host;
    private String authority;

    private BlobService(BlobAccount account, BlobFolder blobs, InstantSource clock, String host) {
        this.account = account;
        this.blobs = blobs;
        this.clock = clock;
        this.host = host;
        this.authority = host;
    }

    /**
     * Opens the account.
     *
     * @param folder goes on with what it holds
     * @param host that clients call
     */
    public static BlobService open(StateFolder folder, InstantSource clock, String host) throws IOException {
        return new BlobService(BlobAccount.open(folder, clock), new BlobFolder(folder.resolve("blobs")), clock, host);
    }

    /** The port, once it is known. */
    public void listensOn(int port) {
        authority = port == 443 ? host : host + ":" + port;
    }

    /** Whether a request is for the storage, and not for the hub. */
    public static boolean isFor(String uri) {
        return uri.startsWith("/" + BlobAccount.NAME + "/");
    }

    public BlobAccount account() {
        return account;
    }

    /**
     * The address of a container, which is made if it is not there, with a signature.
     *
     * @param permissions of r, a, c, w, d and l
     * @param life how long it is good; below zero for one that is over already
     */
    public String sasUrl(String container, String permissions, Duration life) {
        if (!CONTAINER.matcher(container).matches()) {
            throw new IllegalArgumentException("a container's name has 3 to 63 small letters, digits and hyphens");
        }
        blobs.makeContainer(container);
        return "https://" + authority + "/" + BlobAccount.NAME + "/" + container + "?"
                + account.sas(container, permissions, clock.instant().plus(life));
    }

    /** Names of a container's blobs with their sizes, sorted. */
    public Map<String, Long> list(String container) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        if (blobs.hasContainer(container)) {
            blobs.list(container).forEach(blob -> sizes.put(blob.name(), blobs.size(container, blob.name())));
        }
        return sizes;
    }

    /** The content of a blob. */
    public byte[] read(String container, String name) throws IOException {
        return Files.readAllBytes(blobs.content(container, name));
    }

    /** Answers; what is refused is an answer too. */
    public BlobAnswer handle(FullHttpRequest http) {
        try {
            QueryStringDecoder uri = new QueryStringDecoder(http.uri());
            Map<String, String> query = new LinkedHashMap<>();
            uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
            List<String> path = Arrays.stream(uri.rawPath().split("/", -1))
                    .skip(2)
                    .map(Percent::decode)
                    .toList();
            String container = path.get(0);
            String name = path.stream().skip(1).collect(Collectors.joining("/"));
            String operation = http.method().name() + " " + query.getOrDefault("restype", "blob") + " "
                    + query.getOrDefault("comp", "");
            return answer(operation.strip(), container, name, query, http);
        } catch (BlobException e) {
            return BlobAnswer.refusal(e);
        } catch (RuntimeException e) {
            return BlobAnswer.refusal(
                    new BlobException(400, "InvalidUri", "The request cannot be understood: " + e.getMessage()));
        }
    }

    private BlobAnswer answer(
            String operation, String container, String name, Map<String, String> query, FullHttpRequest http) {
        String needed = switch (operation) {
            case "PUT blob", "PUT blob blocklist", "PUT blob block" -> "cw";
            case "PUT blob appendblock" -> "aw";
            case "GET blob", "HEAD blob" -> "r";
            case "GET container list" -> "l";
            default ->
                throw new BlobException(400, "UnsupportedOperation", "The simulated storage has no " + operation + ".");
        };
        account.check(container, name, query, needed);
        if (!CONTAINER.matcher(container).matches() || !blobs.hasContainer(container)) {
            throw new BlobException(404, "ContainerNotFound", "The specified container does not exist.");
        }
        return switch (operation) {
            case "PUT blob" -> put(container, name, http);
            case "PUT blob block" -> {
                blobs.stage(container, name, query.getOrDefault("blockid", ""), body(http));
                yield BlobAnswer.done(201, Map.of());
            }
            case "PUT blob blocklist" -> commit(container, name, http);
            case "PUT blob appendblock" -> append(container, name, http);
            case "GET container list" -> list(container, query.getOrDefault("prefix", ""));
            default -> get(container, name, http);
        };
    }

    private static byte[] body(FullHttpRequest http) {
        return ByteBufUtil.getBytes(http.content());
    }

    private static BlobFolder.About about(String name, String kind, FullHttpRequest http) {
        return BlobFolder.about(
                name,
                kind,
                http.headers().get("x-ms-blob-content-type", "application/octet-stream"),
                http.headers().get("x-ms-blob-content-encoding", ""));
    }

    private BlobAnswer put(String container, String name, FullHttpRequest http) {
        String kind = http.headers().get("x-ms-blob-type", "");
        if (!kind.equals("BlockBlob") && !kind.equals("AppendBlob")) {
            throw new BlobException(400, "InvalidHeaderValue", "x-ms-blob-type must be BlockBlob or AppendBlob.");
        }
        if (kind.equals("AppendBlob") && http.content().isReadable()) {
            throw new BlobException(400, "InvalidHeaderValue", "An append blob is made empty.");
        }
        BlobFolder.About about = about(name, kind, http);
        blobs.put(container, about, body(http));
        return BlobAnswer.done(201, described(about));
    }

    private BlobAnswer commit(String container, String name, FullHttpRequest http) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = BLOCK_ID.matcher(http.content().toString(StandardCharsets.UTF_8));
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        BlobFolder.About about = about(name, "BlockBlob", http);
        blobs.commit(container, about, ids);
        return BlobAnswer.done(201, described(about));
    }

    private BlobAnswer append(String container, String name, FullHttpRequest http) {
        BlobFolder.About about = existing(container, name);
        if (!about.kind().equals("AppendBlob")) {
            throw new BlobException(409, "InvalidBlobType", "The blob type is invalid for this operation.");
        }
        long size = blobs.size(container, name);
        Optional<String> position = Optional.ofNullable(http.headers().get("x-ms-blob-condition-appendpos"));
        if (position.isPresent() && !position.get().equals(String.valueOf(size))) {
            throw new BlobException(
                    412, "AppendPositionConditionNotMet", "The append position condition specified was not met.");
        }
        blobs.append(container, about, body(http));
        Map<String, String> headers = described(existing(container, name));
        headers.put("x-ms-blob-append-offset", String.valueOf(size));
        headers.put("x-ms-blob-committed-block-count", String.valueOf(about.blocks() + 1));
        return BlobAnswer.done(201, headers);
    }

    private BlobAnswer get(String container, String name, FullHttpRequest http) {
        BlobFolder.About about = existing(container, name);
        Path file = blobs.content(container, name);
        long size = blobs.size(container, name);
        Map<String, String> headers = described(about);
        headers.put("content-type", about.contentType());
        if (!about.contentEncoding().isEmpty()) {
            headers.put("content-encoding", about.contentEncoding());
        }
        headers.put("x-ms-blob-type", about.kind());
        headers.put("accept-ranges", "bytes");
        if (http.method().name().equals("HEAD")) {
            headers.put("content-length", String.valueOf(size));
            return BlobAnswer.done(200, headers);
        }
        Matcher range =
                RANGE.matcher(http.headers().get("x-ms-range", http.headers().get("range", "")));
        if (!range.matches()) {
            return new BlobAnswer(200, headers, "", Optional.of(new BlobAnswer.Part(file, 0, size)));
        }
        long from = Long.parseLong(range.group(1));
        long to = range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (from >= size || to < from) {
            throw new BlobException(
                    416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
        }
        headers.put("content-range", "bytes " + from + "-" + to + "/" + size);
        return new BlobAnswer(206, headers, "", Optional.of(new BlobAnswer.Part(file, from, to - from + 1)));
    }

    private BlobFolder.About existing(String container, String name) {
        return blobs.find(container, name)
                .orElseThrow(() -> new BlobException(404, "BlobNotFound", "The specified blob does not exist."));
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    private static Map<String, String> described(BlobFolder.About about) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("etag", about.etag());
        headers.put("last-modified", date(about.time()));
        headers.put("x-ms-request-id", UUID.randomUUID().toString());
        headers.put("x-ms-request-server-encrypted", "true");
        return headers;
    }

    private BlobAnswer list(String container, String prefix) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults"
                + " ServiceEndpoint=\"https://" + authority + "/" + BlobAccount.NAME + "/\" ContainerName=\""
                + container + "\"><Blobs>");
        for (BlobFolder.About blob : blobs.list(container)) {
            if (blob.name().startsWith(prefix)) {
                xml.append("<Blob><Name>")
                        .append(BlobAnswer.escaped(blob.name()))
                        .append("</Name><Properties><Creation-Time>")
                        .append(date(blob.time()))
                        .append("</Creation-Time><Last-Modified>")
                        .append(date(blob.time()))
                        .append("</Last-Modified><Etag>")
                        .append(blob.etag().replace("\"", ""))
                        .append("</Etag><Content-Length>")
                        .append(blobs.size(container, blob.name()))
                        .append("</Content-Length><Content-Type>")
                        .append(BlobAnswer.escaped(blob.contentType()))
                        .append("</Content-Type><Content-Encoding>")
                        .append(BlobAnswer.escaped(blob.contentEncoding()))
                        .append("</Content-Encoding><BlobType>")
                        .append(blob.kind())
                        .append("</BlobType></Properties></Blob>");
            }
        }
        return BlobAnswer.xml(
                xml.append("</Blobs><NextMarker /></EnumerationResults>").toString());
    }
}
