package io.edgeagent.hub.route;

import java.util.Optional;

/** What routes look at in a message. */
public interface RoutedMessage {
    /**
     * {@code /messages}, {@code /messages/modules/M}, {@code /messages/modules/M/outputs/O}, {@code /messages/topics/T} or {@code
     * /twinChangeNotifications}.
     */
    String source();

    /** @param name in any case */
    Optional<String> applicationProperty(String name);

    /** @param name in any case, without the dollar sign */
    Optional<String> systemProperty(String name);

    /** The body as JSON, read at the first question. */
    JsonBody body();
}
