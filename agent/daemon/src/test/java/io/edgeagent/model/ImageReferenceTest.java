package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "nginx, -, nginx, -, nginx:latest",
                "nginx:1.25, -, nginx, 1.25, nginx:1.25",
                "library/nginx, -, library/nginx, -, library/nginx:latest",
                "a/b/c:v_1.2-x, -, a/b/c, v_1.2-x, a/b/c:v_1.2-x",
                "acr.azurecr.io/led-acr:1.0, acr.azurecr.io, led-acr, 1.0, acr.azurecr.io/led-acr:1.0",
                "localhost/led, localhost, led, -, localhost/led:latest",
                "localhost:5000/led, localhost:5000, led, -, localhost:5000/led:latest",
                "localhost:5000/led:2, localhost:5000, led, 2, localhost:5000/led:2",
                "host:5000, -, host, 5000, host:5000",
                "10.0.0.1:5000/a/b:1, 10.0.0.1:5000, a/b, 1, 10.0.0.1:5000/a/b:1",
                "[::1]:5000/a:1, [::1]:5000, a, 1, [::1]:5000/a:1",
                "ACR.example.IO/led:1, ACR.example.IO, led, 1, ACR.example.IO/led:1",
                "docker.io/library/nginx:1, docker.io, library/nginx, 1, docker.io/library/nginx:1",
                "a__b/c-d--e/f.g:1, -, a__b/c-d--e/f.g, 1, a__b/c-d--e/f.g:1",
                "' led:1 ', -, led, 1, led:1"
            })
    void reads_what_engines_take(String text, String registry, String path, String tag, String full) {
        ImageReference image = ImageReference.parse(text);

        assertThat(image.registry().orElse(null)).isEqualTo(registry);
        assertThat(image.path()).isEqualTo(path);
        assertThat(image.tag().orElse(null)).isEqualTo(tag);
        assertThat(image.text()).isEqualTo(full).isEqualTo(image.toString());
        assertThat(image.engineText()).isEqualTo(full);
    }

    @Test
    void reads_digests_with_and_without_a_tag() {
        ImageReference bare = ImageReference.parse("acr.io/led@sha256:" + HEX);
        ImageReference tagged = ImageReference.parse("acr.io:443/led:1.0@sha256:" + HEX);

        assertThat(bare.text()).isEqualTo("acr.io/led@sha256:" + HEX).isEqualTo(bare.engineText());
        assertThat(bare.tag()).isEmpty();
        assertThat(tagged.text()).isEqualTo("acr.io:443/led:1.0@sha256:" + HEX);
        // the engine takes one of them: the digest decides
        assertThat(tagged.engineText()).isEqualTo("acr.io:443/led@sha256:" + HEX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":",
                ":1",
                "led:",
                "led@",
                "Led",
                "acr.io/Led:1",
                "a b",
                "a//b",
                "/a",
                "a/",
                "acr.io/",
                "acr.io:99999999/a",
                "led:-x",
                "led:1:2",
                "led@sha256:12",
                "led@md5:0123",
                "user:pw@acr.io/led",
                "https://acr.io/led:1",
                "-a/b",
                "a.",
                "a___b",
                "led\n:1",
                "led\u0000",
                "l\u00e9d",
                "${IMAGE}"
            })
    void refuses_what_no_engine_takes(String text) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse(text))
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.IMAGE_INVALID))
                .withMessageContaining("[registry[:port]/]path[:tag]");
    }

    @Test
    void an_image_of_a_parent_device_that_there_is_not_says_what_to_set() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse("$upstream:443/led:1"))
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.IMAGE_INVALID))
                .withMessageContaining("set parent_hostname");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.", "a-", "a/", ".a", "__", "a:", "@sha256:"})
    void refuses_a_text_of_a_million_characters_without_choking(String piece) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse(piece.repeat(1_000_000 / piece.length())))
                .satisfies(refused -> assertThat(refused.problem().text()).hasSizeLessThanOrEqualTo(500));
    }

    @ParameterizedTest
    @CsvSource({
        "acr.io/led:1, acr.io, true",
        "acr.io/led:1, https://acr.io, true",
        "acr.io/led:1, http://ACR.IO/v2/, true",
        "acr.io/led:1, ' acr.io ', true",
        "ACR.io/led:1, acr.io, true",
        "acr.io:5000/led:1, acr.io:5000, true",
        "acr.io:5000/led:1, acr.io, false",
        "acr.io/led:1, acr.io:443, false",
        "acr.io/led:1, docker.io, false",
        "acr.io/led:1, evil-acr.io, false",
        "nginx, docker.io, true",
        "nginx, index.docker.io, true",
        "nginx, https://index.docker.io/v1/, true",
        "nginx, registry-1.docker.io, true",
        "user/app:1, https://index.docker.io/v1/, true",
        "docker.io/user/app:1, index.docker.io, true",
        "nginx, acr.io, false"
    })
    void knows_whose_login_opens_its_registry(String image, String address, boolean served) {
        assertThat(ImageReference.parse(image).isServedBy(address)).isEqualTo(served);
    }

    @Property
    void throws_nothing_but_a_problem(@ForAll String text) {
        parseOrRefuse(text);
    }

    @Property
    void throws_nothing_but_a_problem_for_texts_that_look_like_images(@ForAll("likely") String text) {
        parseOrRefuse(text);
    }

    @Property
    void what_it_prints_it_reads_again(@ForAll("images") String text) {
        ImageReference image = ImageReference.parse(text);

        assertThat(ImageReference.parse(image.text()).text()).isEqualTo(image.text());
        assertThat(ImageReference.parse(image.engineText()).digest()).isEqualTo(image.digest());
    }

    @Provide
    Arbitrary<String> likely() {
        return Arbitraries.strings().withChars("ab1A.:/@-_ $[]").ofMaxLength(40);
    }

    @Provide
    Arbitrary<String> images() {
        Arbitrary<String> registry = Arbitraries.of("", "localhost/", "a.io/", "a.io:5000/", "10.0.0.1/", "[::1]:1/");
        Arbitrary<String> path = Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(1)
                .ofMaxLength(8)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(parts -> String.join("/", parts));
        Arbitrary<String> tag = Arbitraries.of("", ":1", ":latest", ":V_1.0-rc.1");
        Arbitrary<String> digest = Arbitraries.of("", "@sha256:" + HEX);
        return Combinators.combine(registry, path, tag, digest).as((r, p, t, d) -> r + p + t + d);
    }

    private static void parseOrRefuse(String text) {
        try {
            assertThat(ImageReference.parse(text).text()).isNotBlank();
        } catch (ProblemException e) {
            assertThat(e.problem().code()).isEqualTo(ErrorCode.IMAGE_INVALID);
        }
    }
}
