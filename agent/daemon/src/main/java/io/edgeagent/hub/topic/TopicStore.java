package io.edgeagent.hub.topic;

import io.edgeagent.hub.MessageStore;
import java.io.IOException;

/** Where plain topics keep what must survive. Nothing is made before somebody needs it. On the hub's thread. */
public interface TopicStore {
    /** Whether something was kept before: then both logs are worth opening. */
    boolean exists();

    /** Retained messages. Opens it, each time it is asked for. */
    MessageStore openRetained() throws IOException;

    /** Messages for clients that are away, or have not acknowledged them. Opens it, each time it is asked for. */
    MessageStore openWaiting() throws IOException;
}
