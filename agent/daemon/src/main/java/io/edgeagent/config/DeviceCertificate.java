package io.edgeagent.config;

import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import io.edgeagent.x509.Validity;
import java.time.Instant;

/** What a person who is looking should know of the device's certificate, but what must not keep a board from starting. */
final class DeviceCertificate {
    private DeviceCertificate() {}

    static void check(DeviceConfig device, Instant now, Findings findings) {
        if (!(device.proof() instanceof DeviceConfig.CertificateFiles files)) {
            return;
        }
        PemFiles.tooOpen(files.key()).ifPresent(findings::warn);
        try {
            Validity validity =
                    Validity.of(PemFiles.certificates(files.certificate()).get(0));
            validity.fault(now)
                    .ifPresent(fault -> findings.error("identity_cert: " + files.certificate() + " " + fault));
            if (!validity.isOver(now) && !now.isBefore(validity.renewal())) {
                findings.warn("identity_cert: " + files.certificate() + " ends on " + validity.to()
                        + ": replace it and its key in time; the agent needs no restart for it");
            }
        } catch (PemException e) {
            findings.error("identity_cert: " + e.getMessage());
        }
    }
}
