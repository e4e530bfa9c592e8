package io.edgeagent.model;

import static io.edgeagent.fake.Manifest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateOptionsTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "null", " null ", "{}", "{ }"})
    void takes_nothing_for_empty_options(String text) {
        assertThat(CreateOptions.parse(text)).isEqualTo(CreateOptions.EMPTY);
    }

    @Test
    void keeps_fields_that_it_does_not_know() {
        CreateOptions options =
                parse("{'FutureField':{'a':[1,null,2.5]},'HostConfig':{'DeviceRequests':[{'Count':-1}]}}");

        assertThat(options.toJson())
                .isEqualTo(json("{'FutureField':{'a':[1,null,2.5]},'HostConfig':{'DeviceRequests':[{'Count':-1}]}}"));
    }

    @Test
    void trims_blanks_around_ports() {
        CreateOptions options = parse("{'ExposedPorts':{' 80/tcp':{},'443/tcp':{}},"
                + "'HostConfig':{'PortBindings':{'8883/tcp ':[{'HostPort':'8883'}]}}}");

        assertThat(options.toJson())
                .isEqualTo(json("{'ExposedPorts':{'80/tcp':{},'443/tcp':{}},"
                        + "'HostConfig':{'PortBindings':{'8883/tcp':[{'HostPort':'8883'}]}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | createOptions are no JSON",
                "{'a':1} {'b':2} | createOptions are no JSON",
                "{'a':NaN} | createOptions are no JSON",
                "{'a':} | line 1, column",
                "[] | must be a JSON object, they are array",
                "'text' | must be a JSON object, they are string",
                "7 | must be a JSON object, they are number",
                "{'Labels':'x'} | Labels must be an object",
                "{'HostConfig':[]} | HostConfig must be an object",
                "{'NetworkingConfig':7} | NetworkingConfig must be an object",
                "{'NetworkingConfig':{'EndpointsConfig':[]}} | EndpointsConfig must be an object",
                "{'Env':'A=b'} | Env must be an array",
                "{'Env':{'A':'b'}} | Env must be an array"
            })
    void refuses_what_cannot_be_a_body(String text, String reason) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> CreateOptions.parse(text.replace('\'', '"')))
                .withMessageContaining(reason)
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
    }

    @Test
    void takes_null_for_an_absent_field() {
        assertThat(parse("{'Labels':null,'HostConfig':null,'NetworkingConfig':{'EndpointsConfig':null},'Env':null}"))
                .isNotNull();
    }

    @Test
    void refuses_a_nest_too_deep_to_read() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> CreateOptions.parse("{\"a\":".repeat(5000) + "1" + "}".repeat(5000)));
    }

    @Test
    void hands_out_copies() {
        CreateOptions options = parse("{'HostConfig':{'Privileged':true}}");

        options.toJson().withObject("/HostConfig").put("Privileged", false);

        assertThat(options).isEqualTo(parse("{'HostConfig':{'Privileged':true}}"));
    }

    @Test
    void does_not_print_what_it_holds() {
        assertThat(parse("{'Env':['KEY=s3cret']}").toString()).doesNotContain("s3cret");
    }

    @Property
    void throws_nothing_but_a_problem(@ForAll String text) {
        try {
            assertThat(CreateOptions.parse(text)).isNotNull();
        } catch (ProblemException e) {
            assertThat(e.problem().code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
        }
    }

    @Property
    void the_order_of_keys_makes_no_difference(@ForAll("bodies") ObjectNode body, @ForAll long seed) {
        ObjectNode shuffled = (ObjectNode) shuffle(body, new Random(seed));

        CreateOptions one = CreateOptions.parse(body.toString());
        CreateOptions other = CreateOptions.parse(shuffled.toString());

        assertThat(one.canonical()).isEqualTo(other.canonical());
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(CreateOptions.parse(one.canonical())).isEqualTo(one);
    }

    @Property
    void different_options_have_different_texts(@ForAll("bodies") ObjectNode one, @ForAll("bodies") ObjectNode other) {
        assertThat(CreateOptions.parse(one.toString())
                        .canonical()
                        .equals(CreateOptions.parse(other.toString()).canonical()))
                .isEqualTo(one.equals(other));
    }

    @Provide
    Arbitrary<ObjectNode> bodies() {
        Arbitrary<JsonNode> leaf = Arbitraries.oneOf(
                Arbitraries.integers().between(-3, 3).map(NODES::numberNode),
                Arbitraries.of(true, false).map(NODES::booleanNode),
                Arbitraries.strings().ofMaxLength(4).map(NODES::textNode));
        Arbitrary<JsonNode> values = Arbitraries.recursive(() -> leaf, CreateOptionsTest::nest, 0, 3);
        return object(Arbitraries.of("User", "Cmd", "Memory", "a\"b", "\u00e4"), values);
    }

    private static Arbitrary<JsonNode> nest(Arbitrary<JsonNode> inner) {
        Arbitrary<JsonNode> array =
                inner.list().ofMaxSize(3).map(items -> NODES.arrayNode().addAll(items));
        return Arbitraries.oneOf(
                inner, array, object(Arbitraries.of("x", "y", "z"), inner).map(node -> node));
    }

    private static Arbitrary<ObjectNode> object(Arbitrary<String> names, Arbitrary<JsonNode> values) {
        return Arbitraries.maps(names, values)
                .ofMaxSize(4)
                .map(fields -> NODES.objectNode().setAll(fields));
    }

    private static JsonNode shuffle(JsonNode node, Random random) {
        if (node.isObject()) {
            List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(node.properties());
            Collections.shuffle(fields, random);
            ObjectNode shuffled = NODES.objectNode();
            fields.forEach(field -> shuffled.set(field.getKey(), shuffle(field.getValue(), random)));
            return shuffled;
        }
        if (node.isArray()) {
            var items = NODES.arrayNode();
            node.forEach(item -> items.add(shuffle(item, random)));
            return items;
        }
        return node;
    }

    private static CreateOptions parse(String singleQuoted) {
        return CreateOptions.parse(singleQuoted.replace('\'', '"'));
    }
}
