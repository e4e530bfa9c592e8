package io.edgeagent.ops;

import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.Redactor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** {@link SupportBundle} of several sources. All that goes into it goes through one {@link Redactor}. */
public final class BundleWriter implements SupportBundle {
    private final Supplier<Redactor> redactor;
    private final List<BundleSource> sources;
    private final Consumer<String> progress;

    /** A failure of the zip itself, which ends the bundle, and not of what goes into it. */
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1L;

        Broken(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * @param redactor asked for each bundle, because secrets change
     * @param progress told the name of each file before it is written
     */
    public BundleWriter(Supplier<Redactor> redactor, List<BundleSource> sources, Consumer<String> progress) {
        this.redactor = redactor;
        this.sources = List.copyOf(sources);
        this.progress = progress;
    }

    @Override
    public void write(OutputStream out, BundleRequest request) throws IOException {
        Redactor clean = redactor.get();
        List<String> problems = new ArrayList<>();
        // not closed, because out is not ours
        ZipOutputStream zip = new ZipOutputStream(new Guarded(out), StandardCharsets.UTF_8);
        Set<String> names = new TreeSet<>();
        for (BundleSource source : sources) {
            for (BundlePart part : parts(source, request, problems)) {
                if (names.add(part.name())) {
                    progress.accept(part.name());
                    write(zip, part, clean, problems);
                }
            }
        }
        if (!problems.isEmpty()) {
            write(
                    zip,
                    new BundlePart(
                            "problems.txt",
                            file -> file.write((String.join("\n", problems) + "\n").getBytes(StandardCharsets.UTF_8))),
                    clean,
                    problems);
        }
        zip.finish();
        zip.flush();
    }

    private static List<BundlePart> parts(BundleSource source, BundleRequest request, List<String> problems) {
        try {
            return source.parts(request);
        } catch (RuntimeException e) {
            problems.add(ProblemException.of(e).text());
            return List.of();
        }
    }

    private static void write(ZipOutputStream zip, BundlePart part, Redactor clean, List<String> problems)
            throws IOException {
        zip.putNextEntry(new ZipEntry(part.name()));
        // not closed, because the zip goes on
        RedactedStream file = new RedactedStream(zip, clean);
        try {
            part.content().write(file);
        } catch (Broken e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            Problem problem = ProblemException.of(e);
            problems.add(part.name() + ": " + problem.text());
        }
        file.finish();
        zip.closeEntry();
    }

    /** Tells its own failures from those of what is read. */
    private static final class Guarded extends OutputStream {
        private final OutputStream to;

        Guarded(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                to.write(bytes, from, count);
            } catch (IOException e) {
                throw new Broken(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                to.flush();
            } catch (IOException e) {
                throw new Broken(e);
            }
        }
    }
}
