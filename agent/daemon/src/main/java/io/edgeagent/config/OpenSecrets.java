package io.edgeagent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Settings files that hold a secret and that everybody on the board may read. */
public final class OpenSecrets {
    /** What systemd and the command read before config.toml. */
    public static final Path ENVIRONMENT = Path.of("/etc/default/edge-agent");

    private static final Pattern SECRET = Pattern.compile("(?m)^[ \\t]*(CONNECTION_STRING|EDGE_AGENT_DPS_SYMMETRIC_KEY"
            + "|connection_string|symmetric_key|device_id_pk|password)[ \\t]*=[ \\t\"]*[^ \\t\"\\r\\n]");
    private static final int LONGEST = 256 << 10;

    private OpenSecrets() {}

    /** One text for each such file, with what to do; a file that is missing or that we cannot read is left out. */
    public static List<String> warnings(Path... files) {
        return Stream.of(files).flatMap(file -> warning(file).stream()).toList();
    }

    private static Optional<String> warning(Path file) {
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
                            && SECRET.matcher(text).find()
                    ? Optional.of(file + " holds a secret and everybody may read it: sudo chmod o-rwx " + file)
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
