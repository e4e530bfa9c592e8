package io.edgeagent.adapter.store;

import io.edgeagent.identity.CaStore;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Each key with its certificates in one file, so that a cut between two writes cannot leave them apart. */
public final class CaFiles implements CaStore {
    private final Path folder;

    /** @param state the agent's own folder */
    public CaFiles(Path state) {
        folder = state.resolve("keys");
    }

    @Override
    public Optional<Credential> read(String name) {
        AtomicFile file = file(name);
        if (file.read().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PemFiles.credential(path(name), path(name)));
        } catch (PemException e) {
            // one that cannot be read just now says nothing about its content
            file.read();
            file.setAside(e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void write(String name, Credential credential) {
        file(name).write((credential.keyPem() + credential.chainPem()).getBytes(StandardCharsets.US_ASCII));
    }

    private AtomicFile file(String name) {
        return new AtomicFile(path(name));
    }

    private Path path(String name) {
        return folder.resolve(name + ".pem");
    }
}
