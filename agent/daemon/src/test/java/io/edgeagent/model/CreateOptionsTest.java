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
                "{ | createOptions are not valid JSON",
                "{'a':1} {'b':2} | createOptions are not valid JSON",
                "{'a':NaN} | createOptions are not valid JSON",
                "{'a':} | line 1, column",
                "[] | must be a JSON object, they are a list",
                "'text' | must be a JSON object, they are a text",
                "7 | must be a JSON object, they are a number",
                "{'ExposedPorts':['80/tcp']} | ExposedPorts must be an object, it is a list",
                "{'HostConfig':{'Mounts':{'Type':'bind'}}} | HostConfig.Mounts must be a list, it is an object",
                "{'HostConfig':{'mounts':['/a:/b']}} | HostConfig.Mounts[0] must be an object, it is a text",
                "{'HostConfig':{'PortBindings':{'80/tcp':{'HostPort':'80'}}}} | HostConfig.PortBindings.80/tcp must be a list",
                "{'HostConfig':{'Privileged':'maybe'}} | HostConfig.Privileged must be true or false",
                "{'HostConfig':{'Memory':'64m'}} | HostConfig.Memory must be a whole number",
                "{'HostConfig':{'Memory':1e30}} | HostConfig.Memory must be a whole number",
                "{'HostConfig':{'Memory':1e2147483647}} | HostConfig.Memory must be a whole number",
                "{'Hostname':['a']} | Hostname must be a text, it is a list",
                "{'Hostname':'a\\u0000b'} | Hostname has a NUL character in it",
                "{'a':010} | line 1, column",
                "{'a':0x10} | line 1, column",
                "{'Labels':'x'} | Labels must be an object",
                "{'HostConfig':[]} | HostConfig must be an object",
                "{'NetworkingConfig':7} | NetworkingConfig must be an object",
                "{'NetworkingConfig':{'EndpointsConfig':[]}} | EndpointsConfig must be an object",
                "{'Env':'A=b'} | Env must be a list, it is a text",
                "{'Env':{'A':'b'}} | Env must be a list, it is an object"
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'HostConfig':{'Privileged':false,'privileged':true}} | HostConfig.Privileged is given twice, as Privileged and privileged",
                "{'HostConfig':{'Privileged':false,'Privileged':true}} | HostConfig.Privileged is given twice",
                "{'HostConfig':{'Mounts':[],'mounts':[]}} | HostConfig.Mounts is given twice, as Mounts and mounts",
                "{'HostConfig':{},'hostconfig':{}} | HostConfig is given twice",
                "{'HostConfig':{'Mounts':[{'Source':'/a','SOURCE':'/'}]}} | HostConfig.Mounts[0].Source is given twice",
                "{'HostConfig':{'Bind\u017f':['/:/h'],'Binds':[]}} | HostConfig.Binds is given twice",
                "{'HostConfig':{'NetworkMode':'a','Networ\u212aMode':'host'}} | HostConfig.NetworkMode is given twice",
                "{'HostConfig':{'Future':1,'future':2}} | HostConfig.future is given twice, as Future and future",
                "{'HostConfig':{'Future':{'a':1,'a':2}}} | HostConfig.Future.a is given twice",
                "{'HostConfig':{'PortBindings':{'80/tcp':[],'80/tcp ':[]}}} | HostConfig.PortBindings.80/tcp is given twice",
                "{'Labels':{'a':'1','a':'2'}} | Labels.a is given twice",
                "{'NetworkingConfig':{'EndpointsConfig':{'n':{'Aliases':[],'aliases':[]}}}} | NetworkingConfig.EndpointsConfig.n.Aliases"
            })
    void refuses_a_name_that_is_there_twice_and_says_where(String text, String reason) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(reason);
    }

    /** What Json.NET makes of it for IoT Edge, where Docker's model has a type for the field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{Cmd:['sleep','1000'],} | {'Cmd':['sleep','1000']}",
                "{'Cmd':['a',],/* why */'User':'b'} // end | {'Cmd':['a'],'User':'b'}",
                "{'HostConfig':{'Privileged':'true'}} | {'HostConfig':{'Privileged':true}}",
                "{'HostConfig':{'Privileged':' FALSE '}} | {'HostConfig':{'Privileged':false}}",
                "{'HostConfig':{'Privileged':1,'Init':0}} | {'HostConfig':{'Privileged':true,'Init':false}}",
                "{'hostConfig':{'portBindings':{'80/tcp':[{'hostPort':8081}]}}} | {'HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'8081'}]}}}",
                "{'HostConfig':{'Memory':'64000000'}} | {'HostConfig':{'Memory':64000000}}",
                "{'HostConfig':{'Memory':64000000.0,'NanoCpus':1.5e9}} | {'HostConfig':{'Memory':64000000,'NanoCpus':1500000000}}",
                "{'HostConfig':{'CpuShares':2.5,'CpuQuota':3.5,'ShmSize':1e-9}} | {'HostConfig':{'CpuShares':2,'CpuQuota':4,'ShmSize':0}}",
                "{'HostConfig':{'LogConfig':{'type':'json-file','config':{'max-file':3,'Compress':true}}}} | {'HostConfig':{'LogConfig':{'Type':'json-file','Config':{'max-file':'3','Compress':'true'}}}}",
                "{'Labels':{'n':1.50,'b':true,'N':null}} | {'Labels':{'n':'1.50','b':'true','N':null}}",
                "{'Env':['A=b',5]} | {'Env':['A=b','5']}",
                "{'Cmd':'sleep 5','Entrypoint':''} | {'Cmd':['sleep 5']}",
                "{'HostConfig':'','Volumes':{'/data':''}} | {'Volumes':{'/data':null}}",
                "{'HostConfig':{'Devices':null,'PidsLimit':null}} | {'HostConfig':{}}",
                "{'volumes':{'/Data':{}},'HostConfig':{'sysctls':{'Net.x':1}}} | {'Volumes':{'/Data':{}},'HostConfig':{'Sysctls':{'Net.x':'1'}}}",
                "{'Pr\u0131vileged':true,'x':0.1,'y':1e400} | {'Pr\u0131vileged':true,'x':0.1,'y':1e400}"
            })
    void takes_what_iot_edge_takes_and_gives_it_the_type_of_its_field(String text, String body) throws Exception {
        assertThat(CreateOptions.parse(text.replace('\'', '"')).canonical())
                .isEqualTo(Json.canonical(new com.fasterxml.jackson.databind.ObjectMapper()
                        .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .readTree(body.replace('\'', '"'))));
        assertThat(CreateOptions.parse(text)).isEqualTo(parse(text));
    }

    @Test
    void refuses_a_text_that_no_twin_can_hold() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> CreateOptions.parse("{\"a\":\"" + "x".repeat(300_000) + "\"}"))
                .withMessageContaining("are longer than 262144 characters");
    }

    @Test
    void reads_every_text_on_a_small_stack() throws InterruptedException {
        List<Throwable> thrown = new ArrayList<>();
        Thread small = new Thread(
                null,
                () -> {
                    for (String text : List.of(
                            "{\"a\":".repeat(49) + "1" + "}".repeat(49),
                            "[".repeat(100_000),
                            "{\"Cmd\":[" + "\"a\",".repeat(20_000) + "]}")) {
                        try {
                            Json.canonical(CreateOptions.parse(text).toJson());
                        } catch (ProblemException e) {
                            assertThat(e.problem().text()).contains("createOptions");
                        }
                    }
                },
                "small",
                256 << 10);
        small.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        small.start();
        small.join();

        assertThat(thrown).isEmpty();
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
        return object(Arbitraries.of("Future", "Other", "a\"b", "\u00e4"), values);
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
