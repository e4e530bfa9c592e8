package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What happens to a device or module after it was made. The hub cuts off at once who may no longer be connected. */
final class IdentityCommands {
    private static final int KEY_BYTES = 32;

    private IdentityCommands() {}

    private abstract static class IdentityCommand extends ClientCommand {
        @Mixin
        private final Addressee addressee = new Addressee();

        String path() {
            return addressee.path();
        }

        String named() {
            return addressee.toString();
        }

        ObjectNode request() {
            ObjectNode request = HubJson.object().put("deviceId", addressee.device());
            return addressee.isDevice() ? request : request.put("moduleId", addressee.module());
        }
    }

    @Command(
            name = "enable",
            description = "Lets a device with its modules, or a module, connect again.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator device enable porch")
    static final class Enable extends IdentityCommand {
        @Override
        void run(ServiceClient hub) {
            hub.update(path(), request().put("status", "enabled"));
            out().println("enabled " + named());
        }
    }

    @Command(
            name = "disable",
            description = "Refuses a device with its modules, or a module, and cuts off who is connected.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = {"  edge-agent-simulator device disable porch", "  edge-agent-simulator device disable porch led"})
    static final class Disable extends IdentityCommand {
        @Override
        void run(ServiceClient hub) {
            hub.update(path(), request().put("status", "disabled"));
            out().println("disabled " + named());
        }
    }

    @Command(
            name = "new-keys",
            description =
                    "Gives a device or module new keys, and prints its connection string. Who used an old one is cut off.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = {
                "  edge-agent-simulator device new-keys porch",
                "  edge-agent-simulator device new-keys porch --only secondary"
            })
    static final class NewKeys extends IdentityCommand {
        private final SecureRandom random = new SecureRandom();

        private enum Key {
            primary,
            secondary
        }

        @Option(names = "--only", description = "primary or secondary (default: both)")
        private Optional<Key> only = Optional.empty();

        @Override
        void run(ServiceClient hub) {
            ObjectNode request = request();
            ObjectNode keys =
                    request.putObject("authentication").put("type", "sas").putObject("symmetricKey");
            for (Key key : Key.values()) {
                if (only.isEmpty() || only.get() == key) {
                    byte[] bytes = new byte[KEY_BYTES];
                    random.nextBytes(bytes);
                    keys.put(key + "Key", Base64.getEncoder().encodeToString(bytes));
                }
            }
            out().println(ConnectionStringCommand.text(hub.hostName(), hub.update(path(), request)));
        }
    }

    @Command(
            name = "delete",
            description = "Removes a device with its modules, or a module. One of the same name is another one.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator device delete porch")
    static final class Delete extends IdentityCommand {
        @Override
        void run(ServiceClient hub) {
            hub.callText("DELETE", path(), Optional.empty());
            out().println("deleted " + named());
        }
    }
}
