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
        header = "Copies the settings of an IoT Edge on this board.",
        description = {
            "It copies IoT Edge's config.toml (or config.yaml of 1.1), and the keys and certificates which that file names into the folder"
                    + " secrets beside our own. If something in it is not supported, the command names it and writes"
                    + " nothing. What has no effect is a warning. IoT Edge's own files stay as they are."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent config import",
            "  sudo edge-agent config import --check          # changes nothing",
            "  sudo edge-agent config import --from copy.toml # without what was refused",
            "",
            "Exit codes: 0 done, 1 not written, 2 wrong usage,",
            "78 the settings cannot be used"
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
            description = "Even if our settings already say who the device is; the old file is kept as FILE.bak")
    private boolean force;

    @Option(names = "--check", description = "Only says what would be refused or have no effect")
    private boolean checkOnly;

    @Override
    public Integer call() {
        IotEdgeImport settings = new IotEdgeImport(source, target);
        Findings findings = settings.check();
        findings.warnings().forEach(warning -> Terminal.complain("warning: " + warning));
        findings.errors().forEach(error -> Terminal.complain("error: " + error));
        if (!findings.errors().isEmpty()) {
            Terminal.complain("Nothing was written.");
            return BAD_CONFIG;
        }
        if (checkOnly) {
            System.out.println(settings.source() + " can be taken over.");
            return 0;
        }
        try {
            if (settings.wouldReplace() && !force) {
                Terminal.complain(
                        target + " already says who this device is; --force replaces it and keeps the old file as "
                                + target + ".bak");
                return FAILED;
            }
            IotEdgeImport.Result done = settings.run();
            done.files().forEach((from, to) -> System.out.println("Copied " + from + " to " + to + "."));
            done.former().ifPresent(former -> System.out.println("The previous settings are kept as " + former + "."));
            System.out.println("Took " + settings.source() + " over into " + target + ".");
            System.out.println("Next: sudo systemctl disable --now "
                    + (settings.source().toString().endsWith(".yaml")
                            ? "iotedge"
                            : "aziot-edged aziot-identityd aziot-keyd aziot-certd"));
            System.out.println("      docker rm -f edgeAgent edgeHub");
            System.out.println("      sudo edge-agent config apply");
            return 0;
        } catch (ConfigException e) {
            Terminal.complain(e.getMessage());
            return FAILED;
        }
    }
}
