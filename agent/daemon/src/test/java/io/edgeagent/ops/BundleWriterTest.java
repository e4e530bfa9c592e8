package io.edgeagent.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.Redactor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class BundleWriterTest {
    private final List<String> progress = new ArrayList<>();

    @Test
    void writes_each_part_without_secrets() throws IOException {
        Map<String, String> zip = unzip(bundle(
                any -> List.of(text("a.txt", "one SharedAccessKey=HIDDEN;x\nknown-secret\n"), text("b/c.json", "{}"))));

        assertThat(zip)
                .containsExactly(Map.entry("a.txt", "one SharedAccessKey=***;x\n***\n"), Map.entry("b/c.json", "{}"));
        assertThat(progress).containsExactly("a.txt", "b/c.json");
    }

    @Test
    void what_cannot_be_collected_is_said_and_the_rest_is_there() throws IOException {
        BundlePart broken = new BundlePart("broken.txt", out -> {
            out.write("begun\n".getBytes(UTF_8));
            throw new ProblemException(ErrorCode.ENGINE_FAILED, "password=HIDDEN was refused");
        });
        BundleSource lost = any -> {
            throw new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "the engine is away");
        };

        Map<String, String> zip = unzip(bundle(any -> List.of(broken, text("after.txt", "there")), lost));

        assertThat(zip)
                .containsEntry("broken.txt", "begun\n")
                .containsEntry("after.txt", "there")
                .containsEntry("problems.txt", "broken.txt: password=*** was refused\nthe engine is away\n");
    }

    @Test
    void a_reader_that_goes_away_ends_the_bundle() {
        List<String> written = new ArrayList<>();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        BundlePart large = new BundlePart("large.txt", out -> {
            for (int i = 0; i < 100_000; i++) {
                out.write((i * 7919L + " " + i + "\n").getBytes(UTF_8));
            }
            written.add("large");
        });

        assertThatThrownBy(() -> bundle(any -> List.of(large, text("b", "b"))).write(full, BundleRequest.EVERYTHING))
                .hasMessageContaining("No space left");
        assertThat(written).isEmpty();
    }

    @Test
    void a_key_that_spans_lines_and_a_line_without_an_end_hide_nothing_of_the_rest() throws IOException {
        String key =
                "before\n-----BEGIN RSA PRIVATE KEY-----\nHIDDEN1\nHIDDEN2\n-----END RSA PRIVATE KEY-----\nafter\n";
        String endless = "word ".repeat(20_000) + "password=HIDDEN";

        Map<String, String> zip = unzip(bundle(any -> List.of(text("key.txt", key), text("long.txt", endless))));

        assertThat(zip.get("key.txt"))
                .startsWith("before\n")
                .endsWith("after\n")
                .doesNotContain("HIDDEN");
        assertThat(zip.get("long.txt")).hasSize(endless.length() - 3).endsWith("password=***");
    }

    private static BundlePart text(String name, String text) {
        return new BundlePart(name, out -> out.write(text.getBytes(UTF_8)));
    }

    private SupportBundle bundle(BundleSource... sources) {
        return new BundleWriter(() -> new Redactor(List.of("known-secret")), List.of(sources), progress::add);
    }

    private static Map<String, String> unzip(SupportBundle bundle) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bundle.write(out, BundleRequest.EVERYTHING);
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
            }
        }
        return files;
    }
}
