package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.diozero.api.GpioPullUpDown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpioBoardTest {
    private static final Pattern MODULES = Pattern.compile("--add-modules (\\S+)");

    @ParameterizedTest
    @CsvSource({"/dev/gpiochip99, does not exist", "/dev/null, is no GPIO chip"})
    void a_chip_that_cannot_be_used_is_named_with_the_reason(String chip, String reason) {
        assertThatIOException()
                .isThrownBy(() -> GpioBoard.open(line(chip)))
                .withMessage("GPIO line %s:3: %s %s", chip, chip, reason);
    }

    /** The images hold a few modules of the JDK, this test's own runtime holds all of them. */
    @ParameterizedTest
    @CsvSource({
        "button, amd64", "button, arm32v7", "button, arm64v8",
        "led, amd64", "led, arm32v7", "led, arm64v8"
    })
    void the_java_runtime_of_the_images_is_enough(String module, String platform) throws Exception {
        Matcher modules = MODULES.matcher(Files.readString(Path.of("..", module, "Dockerfile." + platform)));
        assertThat(modules.find()).isTrue();

        Process opening = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        modules.group(1),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("GPIO line /dev/null:3: /dev/null is no GPIO chip");
    }

    /** Gets as far as a machine without GPIO lets it. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            try {
                GpioBoard.open(line("/dev/null")).close();
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static LineSettings line(String chip) {
        return new LineSettings(chip, 3, false, GpioPullUpDown.NONE);
    }
}
