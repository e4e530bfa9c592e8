package io.edgeagent.conductor;

import io.edgeagent.model.SystemModule;
import io.edgeagent.report.HubCondition;
import java.util.Optional;

/** The built-in hub as the agent sees it. Neither call waits. */
@FunctionalInterface
public interface BuiltInHub {
    /** How it is, for {@code edgeHub} in reports. */
    HubCondition condition();

    /** Does what the deployment says of {@code edgeHub}. Called again and again with the same. */
    default void follow(Optional<SystemModule> settings) {}

    /** Begins, or ends and keeps what waits, for a deployment that has a hub or none. Called again and again with the same. */
    default void want(boolean hub) {}
}
