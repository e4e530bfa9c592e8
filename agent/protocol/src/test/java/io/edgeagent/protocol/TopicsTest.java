package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.protocol.ClientTopic.Telemetry;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.NumericChars;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void spells_topics_as_sdks_expect_them() {
        PropertyBag bag = PropertyBag.EMPTY.with("a", "b").with(PropertyBag.CONNECTION_DEVICE, "d");

        assertThat(Topics.telemetry("d", Optional.empty())).isEqualTo("devices/d/messages/events/");
        assertThat(Topics.telemetry("d", Optional.of("$edgeHub")))
                .isEqualTo("devices/d/modules/$edgeHub/messages/events/");
        assertThat(Topics.cloudToDeviceFilter("d")).isEqualTo("devices/d/messages/devicebound/#");
        assertThat(Topics.cloudToDevice("d", bag)).isEqualTo("devices/d/messages/devicebound/%24.cdid=d&a=b");
        assertThat(Topics.inputsFilter("d", "led")).isEqualTo("devices/d/modules/led/inputs/#");
        assertThat(Topics.twinResponse(400, "1f")).isEqualTo("$iothub/twin/res/400/?$rid=1f");
        assertThat(Topics.desiredPatch(7)).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=7");
    }

    @Test
    void puts_the_version_last_for_the_java_sdk() {
        assertThat(Topics.twinResponse(204, "1f", 12)).isEqualTo("$iothub/twin/res/204/?$rid=1f&$version=12");
    }

    @Test
    void keeps_the_blanks_of_a_method_name() {
        assertThat(Topics.methodCall("switch on", "2")).isEqualTo("$iothub/methods/POST/switch on/?$rid=2");
    }

    @Property
    void telemetry_topics_are_read_back(
            @ForAll @NotEmpty @AlphaChars @NumericChars @Chars({'-', '.', '%', '$', '@', ':', '\''}) String device,
            @ForAll @NotEmpty @AlphaChars @NumericChars @Chars({'-', '.', '$', '_'}) String module) {
        PropertyBag bag = PropertyBag.EMPTY.with(PropertyBag.OUTPUT, "out/1").with(device, module);
        String id = Percent.identifier(device);

        assertThat(ClientTopic.parse(Topics.telemetry(device, Optional.of(module)) + bag.toText() + "/"))
                .isEqualTo(new Telemetry(id, Optional.of(module), bag));
        assertThat(ClientTopic.parse(Topics.telemetry(device, Optional.empty()) + bag.toText()))
                .isEqualTo(new Telemetry(id, Optional.empty(), bag));
    }
}
