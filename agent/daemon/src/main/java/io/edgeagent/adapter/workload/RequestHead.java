package io.edgeagent.adapter.workload;

import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** WorkloadRequest line and header fields. Host may be anything: clients send the socket's path, or localhost. */
record RequestHead(String method, List<String> path, Optional<String> apiVersion, boolean isJson, int contentLength) {
    private static final Pattern LINE_END = Pattern.compile("\r\n");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final int MAX_FIELDS = 100;

    /** @throws Refusal if it is not HTTP, or if the body has a form that we do not accept */
    static RequestHead parse(String text) {
        String[] lines = LINE_END.split(text, -1);
        String[] parts = lines[0].split(" ", -1);
        if (parts.length != 3 || !METHOD.matcher(parts[0]).matches() || !parts[2].startsWith("HTTP/1.")) {
            throw new Refusal(400, "the first line is not an HTTP/1.1 request line");
        }
        if (lines.length > MAX_FIELDS) {
            throw new Refusal(431, "the request has more than " + MAX_FIELDS + " header fields");
        }
        boolean isJson = true;
        Optional<Integer> length = Optional.empty();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0 || !NAME.matcher(lines[i].substring(0, colon)).matches()) {
                throw new Refusal(400, "line " + (i + 1) + " of the request is not a header field");
            }
            String value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Optional.of(length(value, length));
                case "content-type" -> isJson = value.toLowerCase(Locale.ROOT).startsWith("application/json");
                case "transfer-encoding" ->
                    throw new Refusal(411, "send the body with a Content-Length, Transfer-Encoding is not supported");
                default -> {
                    // nothing else matters here
                }
            }
        }
        return target(parts[0], parts[1], isJson, length.orElse(0));
    }

    WorkloadRequest with(String body) {
        return new WorkloadRequest(method, path, apiVersion, isJson, body);
    }

    private static int length(String value, Optional<Integer> before) {
        if (!NUMBER.matcher(value).matches()) {
            throw new Refusal(400, "the Content-Length is not a number");
        }
        int length = Integer.parseInt(value);
        if (before.isPresent() && before.get() != length) {
            throw new Refusal(400, "there are two Content-Lengths");
        }
        if (length > RequestReader.MAX_BODY) {
            throw new Refusal(413, "the body is longer than " + RequestReader.MAX_BODY + " bytes");
        }
        return length;
    }

    private static RequestHead target(String method, String target, boolean isJson, int contentLength) {
        if (!target.startsWith("/")) {
            throw new Refusal(400, "the request's path does not begin with a slash");
        }
        int question = target.indexOf('?');
        String rawPath = question < 0 ? target : target.substring(0, question);
        List<String> path = new ArrayList<>();
        for (String segment : rawPath.substring(1).split("/", -1)) {
            path.add(decode(segment));
        }
        // "/identities/" is asked for with and without its last slash
        if (path.size() > 1 && path.get(path.size() - 1).isEmpty()) {
            path.remove(path.size() - 1);
        }
        Optional<String> version = Optional.empty();
        if (question >= 0) {
            for (String pair : target.substring(question + 1).split("&", -1)) {
                if (version.isEmpty() && pair.startsWith("api-version=")) {
                    version = Optional.of(decode(pair.substring("api-version=".length())));
                }
            }
        }
        return new RequestHead(method, List.copyOf(path), version, isJson, contentLength);
    }

    private static String decode(String text) {
        try {
            return Percent.decode(text);
        } catch (ProtocolException e) {
            throw new Refusal(400, "the request's path has a '%' without two hexadecimal digits");
        }
    }
}
