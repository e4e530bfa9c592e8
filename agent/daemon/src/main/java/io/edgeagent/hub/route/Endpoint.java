package io.edgeagent.hub.route;

import io.edgeagent.hub.route.Token.Kind;

/** Where a route leads: IoT Hub, or an input of a module. */
public sealed interface Endpoint {
    Upstream UPSTREAM = new Upstream();

    record Upstream() implements Endpoint {
        @Override
        public String toString() {
            return "$upstream";
        }
    }

    record ModuleInput(String module, String input) implements Endpoint {
        @Override
        public String toString() {
            return "/modules/" + module + "/inputs/" + input;
        }
    }

    static Endpoint parse(Tokens tokens) throws RouteException {
        Token sink = tokens.next();
        if (sink.is(Kind.SYSTEM_NAME)) {
            if (!sink.text().equals("$upstream")) {
                throw RouteException.parse(
                        sink.start(), "there is no sink " + sink.text() + ": $upstream is the only one");
            }
            return UPSTREAM;
        }
        if (!sink.is(Kind.IDENTIFIER) || !sink.text().equalsIgnoreCase("BrokeredEndpoint")) {
            throw RouteException.parse(
                    sink.start(),
                    "INTO is followed by $upstream or BrokeredEndpoint(\"/modules/NAME/inputs/INPUT\"), not "
                            + sink.shown());
        }
        Token opening = tokens.next();
        Token path = tokens.next();
        Token closing = tokens.next();
        if (!opening.is("(") || !path.is(Kind.STRING) || !closing.is(")")) {
            throw RouteException.parse(
                    opening.start(), "BrokeredEndpoint is followed by a path in quotes in parentheses");
        }
        return moduleInput(Strings.unquote(path.text()), path.start());
    }

    private static Endpoint moduleInput(String path, int position) throws RouteException {
        String plain = path.startsWith("/") ? path.substring(1) : path;
        plain = plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
        String[] parts = plain.split("/", -1);
        if (parts.length != 4 || !parts[0].equalsIgnoreCase("modules") || !parts[2].equalsIgnoreCase("inputs")) {
            throw RouteException.parse(position, "the path of an input is /modules/NAME/inputs/INPUT, not " + path);
        }
        return new ModuleInput(parts[1], parts[3]);
    }
}
