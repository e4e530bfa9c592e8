package io.edgeagent.reconcile;

/**
 * The engine that answered.
 *
 * @param version of the engine, "20.10.24"
 * @param apiVersion the one that we speak with it
 * @param architecture as the kernel names it, "aarch64"
 */
public record EngineInfo(String name, String version, String apiVersion, String os, String architecture) {}
