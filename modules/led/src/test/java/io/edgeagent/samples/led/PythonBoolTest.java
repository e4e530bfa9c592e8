package io.edgeagent.samples.led;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonBoolTest {

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "TRUE", "1", "on", "On", "t", "T", "yes", "YES", "y", "Y"})
    void these_words_are_true(String word) {
        assertThat(PythonBool.parse(word)).contains(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "FALSE", "0", "off", "OFF", "f", "F", "no", "No", "n", "N"})
    void these_words_are_false(String word) {
        assertThat(PythonBool.parse(word)).contains(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "2", "-1", "1.0", "tru", "true ", "enable", "None", "null", "\u0131"})
    void everything_else_is_neither(String word) {
        assertThat(PythonBool.parse(word)).isEmpty();
    }
}
