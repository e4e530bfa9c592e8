package io.edgeagent.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A device that a module asks for by meaning, {@code i2c:1}, {@code gpio:line=GPIO17}, {@code serial:by-id/usb-FTDI*:ro},
 * {@code gpu?}: kind, name, {@code :ro} or {@code :rw}, and {@code ?} for one that it can do without.
 *
 * @param text as the manifest has it
 * @param name within its kind; may hold {@code *}
 * @param writable whether the module may write to it
 * @param optional whether the module starts without it
 */
public record DeviceGrant(String text, DeviceKind kind, String name, boolean writable, boolean optional) {
    /** Lists a module's grants, with commas or blanks between them. */
    public static final String LABEL = "io.edge-agent.devices";

    /** In a name: a line of a GPIO chip in place of the chip. */
    public static final String LINE = "line=";

    private static final String ANY = "*";
    private static final int MOST = 32;
    private static final int LONGEST = 200;

    /** The grants of a module; empty where its createOptions have no label. @throws ProblemException MANIFEST_INVALID */
    public static List<DeviceGrant> of(CreateOptions options) {
        List<DeviceGrant> grants = options.label(LABEL)
                .map(text -> Arrays.stream(text.split("[,\\s]+")))
                .orElseGet(Stream::empty)
                .filter(entry -> !entry.isEmpty())
                .map(DeviceGrant::parse)
                .distinct()
                .toList();
        if (grants.size() > MOST) {
            throw invalid(options.label(LABEL).orElse(""), "at most " + MOST + " devices can be asked for");
        }
        return grants;
    }

    /** @throws ProblemException MANIFEST_INVALID, with what is wrong and how it is written */
    public static DeviceGrant parse(String text) {
        boolean optional = text.endsWith("?");
        String rest = optional ? text.substring(0, text.length() - 1) : text;
        boolean readOnly = rest.endsWith(":ro");
        if (readOnly || rest.endsWith(":rw")) {
            rest = rest.substring(0, rest.length() - 3);
        }
        int colon = rest.indexOf(':');
        String word = colon < 0 ? rest : rest.substring(0, colon);
        DeviceKind kind = DeviceKind.of(word)
                .orElseThrow(() -> invalid(
                        text,
                        "\"" + word + "\" is not a kind of device; known are "
                                + Arrays.stream(DeviceKind.values())
                                        .map(DeviceKind::text)
                                        .collect(Collectors.joining(", "))));
        String name = colon < 0 ? "" : rest.substring(colon + 1);
        if (name.isEmpty() && kind == DeviceKind.GPU) {
            name = ANY;
        }
        check(text, kind, name);
        return new DeviceGrant(text, kind, name, !readOnly, optional);
    }

    private static void check(String text, DeviceKind kind, String name) {
        if (name.isEmpty() || name.equals(LINE)) {
            throw invalid(text, "it does not say which one, as \"i2c:1\" or \"video:*\" do");
        }
        if (text.length() > LONGEST || !name.matches("[A-Za-z0-9._:*=/@+#-]+")) {
            throw invalid(
                    text, "a name has at most " + LONGEST + " characters of letters, digits and . _ : * = / @ + # -");
        }
        if (Arrays.asList(name.split("/", -1)).contains("..")) {
            throw invalid(text, "the name of a device must not contain \"..\"");
        }
        if (kind == DeviceKind.PATH && (!name.startsWith("/dev/") || name.contains(ANY))) {
            throw invalid(text, "a path must be complete and begin with /dev/");
        }
        if (kind != DeviceKind.PATH && name.startsWith("/")) {
            throw invalid(text, "write the name without /dev/, or as \"path:" + name + "\"");
        }
        if (name.startsWith(LINE) && (kind != DeviceKind.GPIO || name.contains(ANY))) {
            throw invalid(text, "ask for a line by one name, as in \"gpio:line=GPIO17\"");
        }
    }

    private static ProblemException invalid(String text, String why) {
        return new ProblemException(ErrorCode.MANIFEST_INVALID, "label " + LABEL + ", \"" + text + "\": " + why);
    }

    /** The name of a GPIO line; empty if a whole device is asked for. */
    public String line() {
        return name.startsWith(LINE) ? name.substring(LINE.length()) : "";
    }

    /** The variable in which the module finds the device: {@code EDGE_DEVICE_I2C_1}. */
    public String variable() {
        String asked = line().isEmpty() ? name : line();
        String end = kind == DeviceKind.GPU && asked.equals(ANY) ? "" : "_" + asked;
        return "EDGE_DEVICE_" + (kind.text() + end).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    @Override
    public String toString() {
        return text;
    }
}
