package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;

/** Secrets that never leave the device. */
public interface KeyStore {

    /** The key that all module keys are derived from; made at first use and the same ever after. */
    SharedKey masterKey();
}
