package io.edgeagent.samples.led;

/**
 * An HTTP answer.
 *
 * @param json body
 */
record Reply(int status, String json) {
    static final Reply DONE = new Reply(200, "null");
    static final Reply NOT_FOUND = detail(404, "Not Found");
    static final Reply METHOD_NOT_ALLOWED = detail(405, "Method Not Allowed");
    static final Reply NOT_A_BOOL = new Reply(
            422,
            "{\"detail\":[{\"loc\":[\"path\",\"state\"],\"msg\":\"value could not be parsed to a boolean\","
                    + "\"type\":\"type_error.bool\"}]}");

    /** FastAPI's form for errors. */
    static Reply detail(int status, String reason) {
        return new Reply(status, "{\"detail\":\"" + escaped(reason) + "\"}");
    }

    private static String escaped(String text) {
        var json = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return json.toString();
    }
}
