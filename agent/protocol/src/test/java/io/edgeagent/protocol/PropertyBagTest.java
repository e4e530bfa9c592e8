package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PropertyBagTest {
    @Test
    void reads_what_the_java_sdk_writes() {
        PropertyBag bag = PropertyBag.parse(
                "$.mid=4d2c&$.cid=77aa&$.on=out1&$.cdid=pi-4&$.cmid=%24edgeAgent&$.ct=application%2Fjson&level=a%20b");

        assertThat(bag.values())
                .containsExactly(
                        entry(PropertyBag.MESSAGE_ID, "4d2c"),
                        entry(PropertyBag.CORRELATION_ID, "77aa"),
                        entry(PropertyBag.OUTPUT, "out1"),
                        entry(PropertyBag.CONNECTION_DEVICE, "pi-4"),
                        entry(PropertyBag.CONNECTION_MODULE, "$edgeAgent"),
                        entry(PropertyBag.CONTENT_TYPE, "application/json"),
                        entry("level", "a b"));
    }

    @Test
    void reads_what_the_node_sdk_writes() {
        PropertyBag bag = PropertyBag.parse("%24.on=out1&%24.ct=application%2Fjson&%24.ce=utf-8&alert=true");

        assertThat(bag.get(PropertyBag.OUTPUT)).contains("out1");
        assertThat(bag.get(PropertyBag.CONTENT_ENCODING)).contains("utf-8");
        assertThat(bag.get("alert")).contains("true");
        assertThat(bag.get("%24.on")).isEmpty();
    }

    @Test
    void writes_system_properties_first_with_an_encoded_dollar() {
        PropertyBag bag = PropertyBag.EMPTY
                .with("Foo", "Bar")
                .with(PropertyBag.CONNECTION_DEVICE, "pi 4")
                .with("Prop&2", "a=b")
                .with(PropertyBag.CONNECTION_MODULE, "$edgeHub");

        assertThat(bag.toText()).isEqualTo("%24.cdid=pi%204&%24.cmid=%24edgeHub&Foo=Bar&Prop%262=a%3Db");
    }

    @Test
    void takes_a_name_without_a_value_for_empty_and_writes_the_equals_sign_that_the_java_sdk_needs() {
        PropertyBag bag = PropertyBag.parse("flag&&empty=&a=b=c");

        assertThat(bag.values()).containsExactly(entry("flag", ""), entry("empty", ""), entry("a", "b=c"));
        assertThat(bag.toText()).isEqualTo("flag=&empty=&a=b%3Dc");
    }

    @Test
    void reads_nothing_from_nothing() {
        assertThat(PropertyBag.parse("")).isEqualTo(PropertyBag.EMPTY);
        assertThat(PropertyBag.EMPTY.toText()).isEmpty();
    }

    @Test
    void replaces_a_value_without_changing_the_original() {
        PropertyBag original = PropertyBag.parse("$.cdid=liar");

        assertThat(original.with(PropertyBag.CONNECTION_DEVICE, "pi-4").get(PropertyBag.CONNECTION_DEVICE))
                .contains("pi-4");
        assertThat(original.get(PropertyBag.CONNECTION_DEVICE)).contains("liar");
    }

    @Test
    void refuses_bad_percent_encoding() {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> PropertyBag.parse("a=100%"));
    }

    @Property
    void reads_what_it_writes(@ForAll("properties") Map<String, String> values) {
        PropertyBag bag = new PropertyBag(values);

        assertThat(PropertyBag.parse(bag.toText())).isEqualTo(bag);
    }

    @Property
    void writes_nothing_that_a_topic_cannot_hold(@ForAll("properties") Map<String, String> values) {
        assertThat(new PropertyBag(values).toText()).matches("[A-Za-z0-9._~%&=-]*");
    }

    @Provide
    Arbitrary<Map<String, String>> properties() {
        Arbitrary<String> text = Arbitraries.strings()
                .all()
                .ofMaxLength(12)
                .filter(value -> value.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF));
        Arbitrary<String> name = Arbitraries.oneOf(text, text.map(value -> "$." + value), Arbitraries.of("a", "$.on"));
        return Arbitraries.maps(name, text).ofMaxSize(6);
    }
}
