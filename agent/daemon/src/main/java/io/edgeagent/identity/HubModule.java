package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;
import java.util.Optional;

/**
 * A module identity as the hub holds it.
 *
 * @param primaryKey empty where the hub does not tell
 */
public record HubModule(ModuleIdentity identity, Optional<SharedKey> primaryKey) {}
