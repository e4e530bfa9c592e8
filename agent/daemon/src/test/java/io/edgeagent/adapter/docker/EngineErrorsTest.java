package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines and registries of several versions were heard to say, and what we make of it. */
class EngineErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REGISTRY_UNAUTHORIZED | Head \"https://acr.io/v2/led/manifests/1\": unauthorized: authentication required",
                "REGISTRY_UNAUTHORIZED | Get \"http://127.0.0.1:5000/v2/led/manifests/1\": no basic auth credentials",
                "REGISTRY_UNAUTHORIZED | pull access denied for led, repository does not exist or may require 'docker login'",
                "REGISTRY_UNAUTHORIZED | denied: requested access to the resource is denied",
                "IMAGE_NOT_FOUND | manifest for acr.io/led:9 not found: manifest unknown: manifest unknown",
                "IMAGE_NOT_FOUND | name unknown: repository name not known to registry",
                "IMAGE_WRONG_PLATFORM | no matching manifest for linux/arm/v7 in the manifest list entries",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": dial tcp: lookup acr.io on 10.0.0.1:53: no such host",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": dial tcp 10.0.0.9:443: connect: connection refused",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": net/http: TLS handshake timeout",
                "REGISTRY_UNREACHABLE | Get \"https://acr.io/v2/\": x509: certificate signed by unknown authority",
                "REGISTRY_UNREACHABLE | http: server gave HTTP response to HTTPS client",
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
                "DEVICE_MISSING | error gathering device information while adding custom device \"/dev/i2c-1\": no such file",
                "PORT_TAKEN | driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated",
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
        assertThat(container(
                                "error gathering device information while adding custom device \"/dev/i2c-1\": no such file")
                        .text())
                .isEqualTo("container led: /dev/i2c-1 is not there; connect or enable the device, or take it out of"
                        + " HostConfig.Devices");
    }

    @Test
    void the_engines_envelope_is_taken_off() {
        assertThat(container("Status 500: {\"message\":\"bad \\\"thing\\\"\"}").text())
                .isEqualTo("container led: bad \"thing\"");
    }

    @Test
    void no_connection_is_no_engine_whatever_was_being_done() {
        UncheckedIOException refused = new UncheckedIOException(new ConnectException("Connection refused"));

        assertThat(EngineErrors.explain("container led", refused).problem().code())
                .isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
        assertThat(EngineErrors.explainPull("acr.io/led:1", refused).problem().code())
                .isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
    }

    private static Problem pull(String said) {
        return EngineErrors.explainPull("acr.io/led:1", new DockerClientException(said))
                .problem();
    }

    private static Problem container(String said) {
        return EngineErrors.explain("container led", new InternalServerErrorException(said))
                .problem();
    }
}
