package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request, taken apart.
 *
 * @param method after X-HTTP-Method-Override: the Java SDK cannot send PATCH
 * @param path decoded segments
 * @param certificates those of the TLS handshake, if the client sent any
 */
record Request(
        String method,
        List<String> path,
        Map<String, List<String>> query,
        HttpHeaders headers,
        String content,
        List<X509Certificate> certificates) {

    /** @throws HubException 400 if the path is badly encoded */
    static Request of(FullHttpRequest http, List<X509Certificate> certificates) {
        QueryStringDecoder uri = new QueryStringDecoder(http.uri());
        try {
            List<String> segments = Arrays.stream(uri.rawPath().split("/"))
                    .skip(1)
                    .map(Percent::decode)
                    .toList();
            String override = http.headers().get("X-HTTP-Method-Override");
            return new Request(
                    (override != null ? override : http.method().name()).toUpperCase(Locale.ROOT),
                    segments,
                    uri.parameters(),
                    http.headers(),
                    http.content().toString(StandardCharsets.UTF_8),
                    certificates);
        } catch (ProtocolException | IllegalArgumentException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The URI is badly encoded.");
        }
    }

    ObjectNode json() {
        return HubJson.parseObject(content.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws HubException 400 if the body is not exactly one JSON document */
    JsonNode anyJson() {
        try {
            return HubJson.parse(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The body is not valid JSON.");
        }
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
    }

    /** @throws HubException 400 if it is not a number */
    long number(String name, long otherwise) {
        try {
            return parameter(name).map(Long::parseLong).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The parameter " + name + " must be a number.");
        }
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /**
     * Holds If-Match against the etag.
     *
     * @return whether there was one
     * @throws HubException 412 if it is another; SDKs send it bare, quoted or weak, the star bare or quoted
     */
    boolean matches(String etag) {
        Optional<String> wanted = header("If-Match")
                .map(text -> text.replaceFirst("^W/", "").replace("\"", "").strip());
        if (wanted.filter(text -> !text.equals("*") && !text.equals(etag)).isPresent()) {
            throw new HubException(HubError.PRECONDITION_FAILED, "The etag does not match: read the resource again.");
        }
        return wanted.isPresent();
    }

    boolean hasIfMatch() {
        return headers.contains("If-Match");
    }

    /** The path as one text, decoded, with its slash in front. */
    String joined() {
        return "/" + String.join("/", path);
    }
}
