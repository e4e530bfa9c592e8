package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.Problem;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines and registries of several versions were heard to say, and what we make of it. */
class EngineErrorsTest {
    private static final ImageReference IMAGE = ImageReference.parse("acr.io/led:1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REGISTRY_UNAUTHORIZED | Head \"https://acr.io/v2/led/manifests/1\": unauthorized: authentication"
                        + " required",
                "REGISTRY_UNAUTHORIZED | Get \"http://127.0.0.1:5000/v2/led/manifests/1\": no basic auth credentials",
                "REGISTRY_UNAUTHORIZED | pull access denied for led, repository does not exist or may require 'docker"
                        + " login'",
                "REGISTRY_UNAUTHORIZED | denied: requested access to the resource is denied",
                "IMAGE_NOT_FOUND | manifest for acr.io/led:9 not found: manifest unknown: manifest unknown",
                "IMAGE_NOT_FOUND | name unknown: repository name not known to registry",
                "IMAGE_WRONG_PLATFORM | no matching manifest for linux/arm/v7 in the manifest list entries",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": dial tcp: lookup acr.io on 10.0.0.1:53: no such"
                        + " host",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": dial tcp 10.0.0.9:443: connect: connection refused",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": net/http: TLS handshake timeout",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": x509: certificate signed by unknown authority",
                "REGISTRY_UNREACHABLE | http: server gave HTTP response to HTTPS client",
                // Docker 28 with containerd's image store
                "IMAGE_NOT_FOUND | failed to resolve reference \"acr.io/led:1\": acr.io/led:1: not found",
                "REGISTRY_UNREACHABLE | failed to resolve reference \"acr.io/led:1\": failed to do request: Head"
                        + " \"https://acr.io/v2/led/manifests/1\": dial tcp 10.0.0.9:443: connect: connection refused",
                "REGISTRY_UNREACHABLE | failed to resolve reference \"acr.io/led:1\": failed to do request: Head"
                        + " \"https://acr.io/v2/led/manifests/1\": dial tcp: lookup acr.io on 10.0.0.1:53: no such host",
                "REGISTRY_UNREACHABLE | failed to resolve reference \"acr.io/led:1\": unexpected status from HEAD"
                        + " request to https://acr.io/v2/led/manifests/1: 503 Service Unavailable",
                "REGISTRY_UNREACHABLE | failed to copy: httpReadSeeker: failed open: unexpected status code"
                        + " https://acr.io/v2/led/blobs/x: 429 Too Many Requests",
                "REGISTRY_UNREACHABLE | failed to resolve reference \"acr.io/led:1\": failed to do request: Head"
                        + " \"https://acr.io/\": tls: failed to verify certificate: x509: certificate has expired or is"
                        + " not yet valid",
                "REGISTRY_UNAUTHORIZED | failed to resolve reference \"acr.io/led:1\": pull access denied, repository"
                        + " does not exist or may require authorization: authorization failed: no basic auth credentials",
                "REGISTRY_UNAUTHORIZED | failed to resolve reference \"acr.io/led:1\": unexpected status from HEAD"
                        + " request to https://acr.io/v2/led/manifests/1: 401 Unauthorized",
                "IMAGE_WRONG_PLATFORM | image with reference acr.io/led:1 was found but does not provide the specified"
                        + " platform (linux/arm/v7)",
                "IMAGE_WRONG_PLATFORM | no match for platform in manifest: not found",
                "DISK_FULL | failed to extract layer: mkdir /var/lib/containerd/x: no space left on device",
                // Podman
                "IMAGE_NOT_FOUND | initializing source docker://acr.io/led:1: reading manifest 1 in acr.io/led:"
                        + " manifest unknown",
                "REGISTRY_UNREACHABLE | initializing source docker://acr.io/led:1: pinging container registry acr.io:"
                        + " Get \"https://acr.io/v2/\": dial tcp 10.0.0.9:443: connect: connection refused",
                "REGISTRY_UNAUTHORIZED | unable to retrieve auth token: invalid username/password: unauthorized:"
                        + " authentication required",
                "IMAGE_WRONG_PLATFORM | choosing an image from manifest list docker://acr.io/led:1: no image found in"
                        + " image index for architecture \"arm\", variant \"v7\", OS \"linux\"",
                "IMAGE_NOT_FOUND | short-name \"led:1\" did not resolve to an alias and no unqualified-search"
                        + " registries are defined",
                "REGISTRY_UNREACHABLE | toomanyrequests: You have reached your unauthenticated pull rate limit",
                "ENGINE_FAILED | failed to register layer: open /var/lib/docker/x: permission denied: unknown",
                "DISK_FULL | failed to register layer: write /usr/bin/x: no space left on device",
                "ENGINE_FAILED | something that nobody foresaw"
            })
    void of_pulls(ErrorCode code, String said) {
        assertThat(pull(said).code()).isEqualTo(code);
        assertThat(pull(said).text()).startsWith("image acr.io/led:1: ").contains(said.substring(0, 9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DEVICE_MISSING | error gathering device information while adding custom device \"/dev/i2c-1\": no"
                        + " such file",
                "PORT_TAKEN | driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is"
                        + " already allocated",
                "PORT_TAKEN | listen tcp4 0.0.0.0:80: bind: address already in use",
                "IMAGE_NOT_FOUND | No such image: acr.io/led:1",
                "DISK_FULL | mkdir /var/lib/docker/overlay2/x: no space left on device",
                "ENGINE_FAILED | OCI runtime create failed: exec: \"/app\": permission denied: unknown",
                "ENGINE_FAILED | exec: \"make-certificate\": executable file not found in $PATH",
                "ENGINE_FAILED | error while mounting volume: connection refused"
            })
    void of_containers(ErrorCode code, String said) {
        assertThat(container(said).code()).isEqualTo(code);
    }

    @Test
    void the_missing_device_is_named() {
        assertThat(container("error gathering device information while adding custom device \"/dev/i2c-1\": no such"
                                + " file")
                        .text())
                .isEqualTo("container led: /dev/i2c-1 is not there; connect or enable the device, or take it out of"
                        + " HostConfig.Devices");
    }

    @Test
    void words_of_the_images_own_name_say_nothing() {
        ImageReference image = ImageReference.parse("acr.io/unauthorized/certificate:1");
        EngineReplyException said = new EngineReplyException(
                404, "manifest for acr.io/unauthorized/certificate:1 not found: manifest unknown: manifest unknown");

        assertThat(EngineErrors.explainPull(image, said).problem().code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"message\":\"bad \\\"thing\\\" \\u003e 1\"} | bad \"thing\" > 1",
                // Podman: the cause is the end of the message
                "{\"cause\":\"invalid argument\",\"message\":\"crun: mount /x to etc: invalid"
                        + " argument\",\"response\":500} | crun: mount /x to etc: invalid argument",
                "{\"cause\":\"only this\",\"response\":500} | only this",
                "plain words | plain words",
                "{\"message\":\"cut off | {\"message\":\"cut off"
            })
    void the_engines_envelope_is_taken_off(String body, String message) {
        assertThat(EngineReply.message(body)).isEqualTo(message);
    }

    @Test
    void long_words_are_cut_in_the_middle_and_advice_stays() {
        String path = "/very/long".repeat(100_000);

        String text = pull("failed to register layer: " + path + ": no space left on device")
                .text();

        assertThat(text)
                .hasSizeLessThan(500)
                .startsWith("image acr.io/led:1: failed to register layer: /very")
                .contains("no space left on device; free space or inodes")
                .endsWith("show which");
    }

    @Test
    void what_is_said_is_one_line_of_whole_characters_whatever_the_engine_says() {
        String hostile = "\u0000\u001b[31m\r\n\u2028\u202e\ud83d\ude00\ud83d \\\" ".repeat(1000);

        assertThat(EngineErrors.brief(hostile))
                .hasSizeLessThanOrEqualTo(280)
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}]");
    }

    @Test
    void no_connection_is_no_engine_whatever_was_being_done() {
        UncheckedIOException refused = new UncheckedIOException(new ConnectException("Connection refused"));

        assertThat(EngineErrors.explain("container led", refused).problem().code())
                .isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
        assertThat(EngineErrors.explainPull(IMAGE, refused).problem().code()).isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
    }

    private static Problem pull(String said) {
        return EngineErrors.explainPull(IMAGE, new EngineReplyException(200, said))
                .problem();
    }

    private static Problem container(String said) {
        return EngineErrors.explain("container led", new EngineReplyException(500, said))
                .problem();
    }
}
