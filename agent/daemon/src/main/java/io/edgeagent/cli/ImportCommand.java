package io.edgeagent.cli;

import io.edgeagent.config.ConfigException;
import io.edgeagent.config.Findings;
import io.edgeagent.config.IotEdgeImport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code edge-agent config import}: takes the settings of an IoT Edge on this board over. */
@Command(
        name = "import",
        header = "Takes the settings of an IoT Edge on this board over.",
        description = {
            "Copies its config.toml, and the keys and certificates that it names into the folder secrets beside ours. What",
            "edge-agent cannot do is named and then nothing is written; what has no effect is named as a warning. IoT Edge's",
            "own files stay as they are."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent config import",
            "  sudo edge-agent config import --check              changes nothing",
            "  sudo edge-agent config import --from copy.toml     after taking out of the copy what was refused",
            "",
            "Exit codes: 0 done, 1 not written, 2 wrong usage, 78 the settings cannot be used"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int BAD_CONFIG = 78;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            defaultValue = "/etc/aziot/config.toml",
            description = "IoT Edge's settings (default: ${DEFAULT-VALUE})")
    private Path source;

    @Option(
            names = {"--out-config-file", "-o"},
            paramLabel = "FILE",
            defaultValue = "/etc/edge-agent/config.toml",
            description = "Our settings (default: ${DEFAULT-VALUE})")
    private Path target;

    @Option(
            names = {"--force", "-f"},
            description = "Also if ours say already who the device is; the old ones are kept as FILE.bak")
    private boolean force;

    @Option(names = "--check", description = "Only says what would be refused or have no effect")
    private boolean checkOnly;

    @Override
    public Integer call() {
        IotEdgeImport settings = new IotEdgeImport(source, target);
        Findings findings = settings.check();
        findings.warnings().forEach(warning -> System.err.println("warning: " + warning));
        findings.errors().forEach(error -> System.err.println("error: " + error));
        if (!findings.errors().isEmpty()) {
            System.err.println("Nothing was written.");
            return BAD_CONFIG;
        }
        if (checkOnly) {
            System.out.println(source + " can be taken over.");
            return 0;
        }
        try {
            if (settings.wouldReplace() && !force) {
                System.err.println(
                        target + " says already who this device is; --force replaces it and keeps the old file as "
                                + target + ".bak");
                return FAILED;
            }
            IotEdgeImport.Result done = settings.run();
            done.files().forEach((from, to) -> System.out.println("Copied " + from + " to " + to + "."));
            done.former().ifPresent(former -> System.out.println("The settings before are kept as " + former + "."));
            System.out.println("Took " + source + " over into " + target + ".");
            System.out.println("Next: sudo systemctl disable --now aziot-edged aziot-identityd aziot-keyd aziot-certd");
            System.out.println("      docker rm -f edgeAgent edgeHub");
            System.out.println("      sudo edge-agent config apply");
            return 0;
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return FAILED;
        }
    }
}
