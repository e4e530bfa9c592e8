package io.edgeagent.x509;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/** A certificate and its key in files that may be replaced at any time. For one thread at a time. */
public final class CredentialFiles {
    private final Path certificate;
    private final Path key;
    private String stamp = "";

    public CredentialFiles(Path certificate, Path key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Hands over what the files hold, if they are others than those that were taken last.
     *
     * @param take if it throws, the next call hands them over again
     * @throws PemException if they cannot be used; perhaps only one of the two is the new one yet, and the next call tries again
     */
    public void ifChanged(Consumer<Credential> take) throws PemException {
        String now = stamp(certificate) + stamp(key);
        if (!now.equals(stamp)) {
            take.accept(PemFiles.credential(certificate, key));
            stamp = now;
        }
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + "/" + attributes.size() + "/" + attributes.fileKey() + " ";
        } catch (IOException e) {
            return "none ";
        }
    }
}
