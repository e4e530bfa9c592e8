package io.edgeagent.reconcile;

/** Exit codes in a person's words. 128+n means that signal n ended the process (POSIX shells, Docker). */
final class ExitText {
    private ExitText() {}

    static String of(Container container) {
        if (!container.error().isBlank()) {
            return "could not start: " + container.error();
        }
        if (container.outOfMemory()) {
            return "exited with " + container.exitCode() + ": killed, out of memory";
        }
        return "exited with " + container.exitCode() + reason(container.exitCode());
    }

    private static String reason(int code) {
        return switch (code) {
            case 0 -> "";
            case 125 -> ": the engine could not run it";
            case 126 -> ": its command cannot be executed";
            case 127 -> ": its command was not found in the image";
            case 134 -> ": it aborted (SIGABRT)";
            case 137 -> ": killed (SIGKILL)";
            case 139 -> ": it crashed (SIGSEGV)";
            case 143 -> ": asked to end (SIGTERM)";
            case 255 -> ": failed, or cut off by a reboot";
            default -> "";
        };
    }
}
