package io.edgeagent.hub.topic;

/** The hub's routes, as plain topics see them: a route may take messages to the cloud or to a module besides. */
public interface TopicRoutes {
    TopicRoutes NONE = (sender, message, taken) -> false;

    /**
     * Gives a message to the routes.
     *
     * @param taken is run once it is on the disk, if there is a route for it
     * @return whether there is one
     */
    boolean take(TopicIdentity sender, TopicMessage message, Runnable taken);
}
