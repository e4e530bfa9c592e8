package io.edgeagent.hub.route;

/** A route cannot be used. The message says why in words for the person who wrote it. */
public final class RouteException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Where IoT Edge finds the fault: {@code PARSE} when it reads the twin, {@code COMPILE} when it installs the route. */
    public enum Stage {
        PARSE,
        COMPILE
    }

    private final int position;
    private final Stage stage;

    RouteException(Stage stage, int position, String reason) {
        super(reason);
        this.stage = stage;
        this.position = position;
    }

    static RouteException parse(int position, String reason) {
        return new RouteException(Stage.PARSE, position, reason);
    }

    static RouteException compile(int position, String reason) {
        return new RouteException(Stage.COMPILE, position, reason);
    }

    /** Index of the first character, from 0, that cannot be used. */
    public int position() {
        return position;
    }

    public Stage stage() {
        return stage;
    }
}
