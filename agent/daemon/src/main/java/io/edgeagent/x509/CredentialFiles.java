package io.edgeagent.x509;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

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
     * What the files hold, if they are others than those that the last call returned.
     *
     * @throws PemException if they cannot be used; perhaps only one of the two is the new one yet, and the next call tries again
     */
    public Optional<Credential> changed() throws PemException {
        String now = stamp(certificate) + stamp(key);
        if (now.equals(stamp)) {
            return Optional.empty();
        }
        Credential read = PemFiles.credential(certificate, key);
        stamp = now;
        return Optional.of(read);
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
