package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.fake.Manifest;
import io.edgeagent.log.AgentLog;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.LogLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogFollowerTest {
    private static final String KEY = "bm90LWEtcmVhbC1rZXktYnV0LWEtc2VjcmV0";

    @TempDir
    private Path folder;

    private final AgentLog log = AgentLog.ofThisProcess();

    @AfterEach
    void giveTheLogBack() {
        log.follow(Optional.empty());
        log.configure(LogLevel.INFO, false);
        log.hide(List.of());
    }

    private LogFollower follower() {
        return new LogFollower(
                log,
                AgentConfig.load(
                        folder.resolve("none"),
                        Optional.of(folder),
                        Map.of("CONNECTION_STRING", "HostName=h.example;DeviceId=d;SharedAccessKey=" + KEY)));
    }

    private static void follow(LogFollower follower, ObjectNode desired) {
        follower.follow(Optional.of(Deployment.parse(desired)), Optional.of(desired));
    }

    @Test
    void the_level_is_that_of_the_deployment_while_it_says_one_in_whatever_letters() {
        LogFollower follower = follower();
        ObjectNode desired = Manifest.version(1).json();

        desired.withObject("/systemModules/edgeAgent/env/runtimeLOGlevel").put("value", "warning");
        follow(follower, desired.deepCopy());
        assertThat(log.level()).isEqualTo(LogLevel.WARN);

        desired.withObject("/systemModules/edgeAgent").remove("env");
        follow(follower, desired.deepCopy());
        assertThat(log.level()).isEqualTo(LogLevel.INFO);
    }

    @Test
    void a_module_that_is_called_like_a_secret_does_not_make_secrets_of_its_words() {
        ObjectNode desired = Manifest.version(1)
                .with(Manifest.module("token-keeper").env("MODE", "patient"))
                .json();

        assertThat(KnownSecrets.of(desired)).isEmpty();
        assertThat(KnownSecrets.of(Manifest.version(1)
                        .with(Manifest.module("led").env("API_TOKEN", "hidden-word"))
                        .json()))
                .containsExactly("hidden-word");
    }

    @Test
    void what_the_settings_and_the_deployment_call_a_secret_is_not_logged() {
        LogFollower follower = follower();
        ObjectNode desired = Manifest.version(1)
                .withLogin("r.example", "me", "long \"horse\"")
                .json();
        follow(follower, desired);

        LoggerFactory.getLogger(AgentLog.class).info("event=test a={} b=\"{}\"", KEY, "long \"horse\"");

        assertThat(log.events(0).path("events"))
                .last()
                .extracting(event -> event.path("text").asText())
                .isEqualTo("event=test a=*** b=\"***\"");
    }
}
