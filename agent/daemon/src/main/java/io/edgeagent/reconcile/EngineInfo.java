package io.edgeagent.reconcile;

/**
 * The engine that answered.
 *
 * @param version of the engine, "20.10.24"
 * @param apiVersion the one that we speak with it
 * @param architecture as the kernel names it, "aarch64"
 * @param loggingDriver of containers that choose none, "json-file"; empty if the engine does not say
 * @param dataRoot the folder in which it keeps images and containers; empty if the engine does not say
 */
public record EngineInfo(
        String name,
        String version,
        String apiVersion,
        String os,
        String architecture,
        String loggingDriver,
        String dataRoot) {}
