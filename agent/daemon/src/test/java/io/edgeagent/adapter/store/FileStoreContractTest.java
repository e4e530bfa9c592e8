package io.edgeagent.adapter.store;

import io.edgeagent.fake.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest extends StoreContract<FileStore> {
    @TempDir
    Path folder;

    @Override
    protected FileStore open() {
        return new FileStore(folder);
    }

    /** A folder that is not empty is in the place of each file's successor, which stops root, too. */
    @Override
    protected void setFull(boolean full) throws IOException {
        for (String name : List.of("deployment.json", "identities.json", "modules.json", "images.json")) {
            Path inTheWay = folder.resolve(name + ".new").resolve("x");
            if (full) {
                Files.createDirectories(inTheWay);
            } else {
                Files.delete(inTheWay);
            }
        }
    }
}
