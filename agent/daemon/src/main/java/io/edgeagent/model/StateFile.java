package io.edgeagent.model;

import java.time.Instant;

/**
 * A file of the state folder, without what is in it.
 *
 * @param name below the folder, with slashes
 */
public record StateFile(String name, long bytes, Instant changed) {}
