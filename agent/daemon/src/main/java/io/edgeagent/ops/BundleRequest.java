package io.edgeagent.ops;

import java.time.Instant;
import java.util.Optional;

/**
 * What a support bundle shall hold.
 *
 * @param since logs from then on; empty for all that is kept
 * @param until logs up to then; empty for now
 * @param edgeRuntimeOnly without the logs of the deployment's modules
 * @param iothubHostname the hub that checks of the connection try; empty for the device's own
 */
public record BundleRequest(
        Optional<Instant> since, Optional<Instant> until, boolean edgeRuntimeOnly, Optional<String> iothubHostname) {
    /** All that is kept, of all modules. */
    public static final BundleRequest EVERYTHING =
            new BundleRequest(Optional.empty(), Optional.empty(), false, Optional.empty());
}
