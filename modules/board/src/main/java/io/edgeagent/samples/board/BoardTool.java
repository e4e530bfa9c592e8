package io.edgeagent.samples.board;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Presses the button of the simulated board from outside, and looks at it. */
public final class BoardTool {
    private static final String USAGE = "usage: press|release|show [FILE]   (default: BOARD_FILE, /board/qwiic.bin)";

    private BoardTool() {}

    public static void main(String[] arguments) {
        try {
            Path file = BoardSettings.from(new Settings(System.getenv())).file();
            System.out.println(run(List.of(arguments), file));
        } catch (IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /** @return what the board looks like now */
    static String run(List<String> arguments, Path defaultFile) throws IOException {
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw new IllegalArgumentException(USAGE);
        }
        var device = new SimulatedDevice(arguments.size() == 2 ? Path.of(arguments.get(1)) : defaultFile);
        switch (arguments.get(0)) {
            case "press" -> device.writeByte(QwiicButton.BUTTON_STATUS, QwiicButton.PRESSED);
            case "release" -> device.writeByte(QwiicButton.BUTTON_STATUS, 0);
            case "show" -> {}
            default -> throw new IllegalArgumentException(USAGE);
        }
        var board = new QwiicButton(device);
        int brightness = board.ledBrightness();
        return "button %s, LED %s (brightness %d)"
                .formatted(board.isPressed() ? "pressed" : "released", brightness > 0 ? "on" : "off", brightness);
    }
}
