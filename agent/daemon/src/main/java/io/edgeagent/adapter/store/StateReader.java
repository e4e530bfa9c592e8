package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.check.StateSight;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The agent's state folder for somebody else than the agent: it is looked at and never changed, not even where it is damaged. */
public final class StateReader implements StateSight {
    private static final int MOST = 10_000;

    private final Path folder;

    /** @param folder the agent's own; may be missing */
    public StateReader(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<StateFile> files() {
        List<StateFile> found = new ArrayList<>();
        if (!Files.exists(folder)) {
            return found;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(new StateFile(
                            folder.relativize(file).toString(),
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                    return found.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof AccessDeniedException) {
                        throw e;
                    }
                    // it was removed while we looked
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(e);
        }
        found.sort(Comparator.comparing(StateFile::name));
        return found;
    }

    @Override
    public Optional<ObjectNode> deployment() {
        if (!Files.isReadable(folder) && Files.exists(folder)) {
            throw unreadable(new AccessDeniedException(folder.toString()));
        }
        return new AtomicFile(folder.resolve("deployment.json")).read().flatMap(content -> {
            try {
                return Json.MAPPER.readTree(content) instanceof ObjectNode json ? Optional.of(json) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    private ProblemException unreadable(Exception e) {
        return new ProblemException(
                ErrorCode.STATE_UNREADABLE,
                e instanceof AccessDeniedException
                        ? "the state folder " + folder + " may be read by root and the agent only: use sudo"
                        : "the state folder " + folder + " cannot be read: " + e,
                e);
    }
}
