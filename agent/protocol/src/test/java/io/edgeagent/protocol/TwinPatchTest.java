package io.edgeagent.protocol;

import static io.edgeagent.protocol.JsonDocuments.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwinPatchTest {
    /** The vectors of RFC 7396, appendix A, whose target, patch and result are objects, and the example of its section 3. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'} | {'a':'c'} | {'a':'c'}",
                "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
                "{'a':'b'} | {'a':null} | {}",
                "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
                "{'a':['b']} | {'a':'c'} | {'a':'c'}",
                "{'a':'c'} | {'a':['b']} | {'a':['b']}",
                "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
                "{'e':null} | {'a':1} | {'e':null,'a':1}",
                "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}",
                "{'a':'text'} | {'a':{'b':null,'c':1}} | {'a':{'c':1}}",
                "{'title':'Goodbye!','author':{'givenName':'John','familyName':'Doe'},'tags':['example','sample'],"
                        + "'content':'This'} | {'title':'Hello!','phoneNumber':'+01','author':{'familyName':null},"
                        + "'tags':['example']} | {'title':'Hello!','author':{'givenName':'John'},'tags':['example'],"
                        + "'content':'This','phoneNumber':'+01'}"
            })
    void merges_as_rfc_7396_says(String target, String patch, String result) {
        assertThat(TwinPatch.merge(object(target), object(patch))).isEqualTo(object(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,'b':2} | {'a':1,'b':3} | {'b':3}",
                "{'a':1,'b':2} | {'a':1} | {'b':null}",
                "{'a':{'b':1,'c':2}} | {'a':{'b':1}} | {'a':{'c':null}}",
                "{'a':{'b':1}} | {'a':5} | {'a':5}",
                "{'a':5} | {'a':{'b':1}} | {'a':{'b':1}}",
                "{'a':[1,2]} | {'a':[1]} | {'a':[1]}",
                "{'a':{'b':1}} | {'a':{}} | {'a':{'b':null}}",
                "{} | {'a':{}} | {'a':{}}",
                "{'a':[1,{'b':2}]} | {'a':[1,{'b':2}]} | {}"
            })
    void writes_the_smallest_patch(String from, String to, String patch) {
        assertThat(TwinPatch.diff(object(from), object(to))).isEqualTo(object(patch));
    }

    @Property
    void a_patch_turns_one_document_into_the_other(
            @ForAll("documents") ObjectNode from, @ForAll("documents") ObjectNode to) {
        ObjectNode patch = TwinPatch.diff(from, to);

        ObjectNode merged = TwinPatch.merge(from, patch);

        assertThat(object(merged.toString())).isEqualTo(object(to.toString()));
        assertThat(TwinPatch.diff(merged, to)).isEmpty();
        assertThat(TwinPatch.merge(merged, patch)).isEqualTo(merged);
    }

    @Property
    void arguments_are_left_alone(@ForAll("documents") ObjectNode one, @ForAll("documents") ObjectNode two) {
        ObjectNode oneBefore = one.deepCopy();
        ObjectNode twoBefore = two.deepCopy();

        TwinPatch.merge(one, two).findParents("a").forEach(inner -> ((ObjectNode) inner).put("a", "changed"));
        TwinPatch.diff(one, two).findParents("a").forEach(inner -> ((ObjectNode) inner).put("a", "changed"));

        assertThat(one).isEqualTo(oneBefore);
        assertThat(two).isEqualTo(twoBefore);
    }

    @Provide
    Arbitrary<ObjectNode> documents() {
        return JsonDocuments.objects();
    }

    @Test
    void takes_an_integer_for_the_same_however_java_holds_it() {
        ObjectNode set = object("{'m':{}}").put("a", 5L).put("b", BigInteger.TEN);
        set.withObject("/m").putArray("list").add(7L);

        assertThat(TwinPatch.diff(set, object("{'m':{'list':[7]},'a':5,'b':10}")))
                .isEmpty();
        assertThat(TwinPatch.diff(set, object("{'m':{'list':[8]},'a':5,'b':10}")))
                .isEqualTo(object("{'m':{'list':[8]}}"));
    }

    @Test
    void allows_ten_objects_below_the_section_and_no_eleventh() {
        assertThatCode(() -> TwinPatch.validate(nested("{'n':", "}", 10))).doesNotThrowAnyException();
        refused(nested("{'n':", "}", 11), "more than 10 deep");
        refused(object("{'n':" + "[".repeat(11) + "]".repeat(11) + "}"), "more than 10 deep");
    }

    private static ObjectNode nested(String open, String close, int objects) {
        return object(open.repeat(objects) + "{}" + close.repeat(objects));
    }

    @ParameterizedTest
    @ValueSource(longs = {(1L << 52) - 1, -(1L << 52), 0})
    void allows_integers_that_the_hub_holds(long value) {
        assertThatCode(() -> TwinPatch.validate(object("{}").put("n", value))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 52, -(1L << 52) - 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void refuses_integers_beyond_52_bits(long value) {
        refused(object("{'a':{}}").put("n", value), "the number at n");
        refused(object("{'a':[99999999999999999999999]}"), "the number at a[]");
    }

    @Test
    void allows_text_of_4096_bytes_and_no_more() {
        assertThatCode(() -> TwinPatch.validate(object("{}").put("t", "x".repeat(4096))))
                .doesNotThrowAnyException();
        refused(object("{'t':['" + "x".repeat(4097) + "']}"), "the text at t[]");
        refused(object("{}").put("t", "\u00e9".repeat(2049)), "longer than 4096 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "$version", "a b", "a\u0001", "a\u0085"})
    void refuses_names_that_the_hub_refuses(String name) {
        ObjectNode section = object("{'outer':{}}");
        section.withObject("/outer").put(name, 1);

        refused(section, "\"outer\"");
    }

    @Test
    void allows_names_of_1024_bytes_and_no_more() {
        assertThatCode(() -> TwinPatch.validate(object("{}").put("k".repeat(1024), 1)))
                .doesNotThrowAnyException();
        refused(object("{}").put("k".repeat(1025), 1), "1 to 1024 bytes");
    }

    @Test
    void refuses_a_null_in_an_array_but_not_one_that_deletes() {
        assertThatCode(() -> TwinPatch.validate(object("{'a':null,'b':[1,'x',true,1.5,{'c':[2]}]}")))
                .doesNotThrowAnyException();
        refused(object("{'a':{'b':[1,null]}}"), "the array at a.b");
    }

    @Test
    void refuses_a_section_of_more_than_32_kilobytes() {
        ObjectNode section = object("{}");
        for (int part = 0; part < 8; part++) {
            section.put("part" + part, "x".repeat(4000));
        }
        assertThatCode(() -> TwinPatch.validate(section)).doesNotThrowAnyException();

        section.put("more", "x".repeat(1000));

        refused(section, "at most 32768");
    }

    private static void refused(ObjectNode section, String reason) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> TwinPatch.validate(section))
                .withMessageContaining(reason);
    }
}
