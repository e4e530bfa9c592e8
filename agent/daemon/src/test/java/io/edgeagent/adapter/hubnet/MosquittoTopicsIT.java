package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.testing.Warns;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain topics with the command-line clients of Mosquitto, and without TLS. */
class MosquittoTopicsIT {
    private static final String EDGE_HUB = """
            {"schemaVersion":"1.2","$version":4,"routes":{
              "all":"FROM /messages/* INTO $upstream",
              "alarms":"FROM /messages/topics/home/alarm/* INTO $upstream"},
             "storeAndForwardConfiguration":{"timeToLiveSecs":7200},
             "mqttBroker":{"authorizations":[
               {"identities":["sensors","board/filter"],"allow":[
                 {"operations":["mqtt:publish","mqtt:subscribe"],"resources":["home/#"]}]},
               {"identities":["watcher"],"allow":[{"operations":["mqtt:subscribe"],"resources":["home/#"]}]}]}}""";
    private static final Map<String, String> PASSWORDS = Map.of("sensors", "secret", "watcher", "see");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private int outputs;

    private record Running(Process process, Path output) {
        private List<String> lines() throws IOException {
            return Files.readAllLines(output);
        }
    }

    private Running start(TopicLab lab, String program, String user, String password, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program, "-h", "localhost", "-p", Integer.toString(lab.port()), "-u", user, "-P", password, "-q", "1"));
        command.addAll(Arrays.asList(more));
        Path output = folder.resolve("output" + outputs++);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        return new Running(process, output);
    }

    private static int ended(Running running) throws Exception {
        if (!running.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            running.process().destroyForcibly();
        }
        return running.process().waitFor();
    }

    private void publish(TopicLab lab, String topic, String text, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-t", topic, "-m", text));
        arguments.addAll(Arrays.asList(more));
        assertThat(ended(start(lab, "mosquitto_pub", "sensors", "secret", arguments.toArray(String[]::new))))
                .isZero();
    }

    private TopicLab lab() throws Exception {
        return new TopicLab(folder.resolve("hub"), EDGE_HUB, PASSWORDS);
    }

    @Test
    void retained_messages_and_wildcards_survive_a_restart_of_the_hub() throws Exception {
        try (TopicLab lab = lab()) {
            publish(lab, "home/lamp/state", "on", "-r");
            publish(lab, "home/door/state", "open", "-r");
            assertThat(ended(start(lab, "mosquitto_pub", "sensors", "secret", "-t", "home/door/state", "-r", "-n")))
                    .isZero();
        }
        try (TopicLab lab = lab()) {
            Running late = start(
                    lab,
                    "mosquitto_sub",
                    "watcher",
                    "see",
                    "-t",
                    "home/+/state",
                    "-t",
                    "home/#",
                    "-v",
                    "-C",
                    "1",
                    "-F",
                    "%t %p %r");

            assertThat(ended(late)).isZero();
            assertThat(late.lines()).containsExactly("home/lamp/state on 1");
        }
    }

    @Test
    void a_killed_client_leaves_its_will() throws Exception {
        try (TopicLab lab = lab()) {
            Running watcher =
                    start(lab, "mosquitto_sub", "watcher", "see", "-t", "home/status", "-v", "-C", "2", "-W", "60");
            Running doomed = start(
                    lab,
                    "mosquitto_sub",
                    "sensors",
                    "secret",
                    "-t",
                    "home/status",
                    "--will-topic",
                    "home/status",
                    "--will-payload",
                    "gone",
                    "--will-retain");
            await().atMost(PATIENCE).until(() -> {
                publish(lab, "home/status", "here");
                return !doomed.lines().isEmpty() && !watcher.lines().isEmpty();
            });
            doomed.process().destroyForcibly();
            ended(watcher);
            Running late =
                    start(lab, "mosquitto_sub", "watcher", "see", "-t", "home/status", "-v", "-C", "1", "-W", "60");

            assertThat(ended(late)).isZero();
            assertThat(late.lines()).containsExactly("home/status gone");
        }
    }

    @Test
    void a_session_outlives_the_hub() throws Exception {
        String[] session = {"-t", "home/#", "-v", "-c", "-i", "keeper", "-W", "60"};
        try (TopicLab lab = lab()) {
            Running first = start(lab, "mosquitto_sub", "watcher", "see", session);
            await().atMost(PATIENCE).until(() -> {
                publish(lab, "home/x", "1");
                return !first.lines().isEmpty();
            });
            first.process().destroyForcibly();
            ended(first);
            publish(lab, "home/x", "2");
        }
        try (TopicLab lab = lab()) {
            publish(lab, "home/x", "3");
            Running again = start(lab, "mosquitto_sub", "watcher", "see", session);
            await().atMost(PATIENCE).until(() -> again.lines().contains("home/x 3"));
            again.process().destroyForcibly();

            assertThat(again.lines()).containsSubsequence("home/x 2", "home/x 3");
        }
    }

    @Test
    @Warns({"event=subscription_refused", "event=publish_refused"})
    void who_may_not_is_refused_so_that_he_sees_it() throws Exception {
        try (TopicLab lab = lab()) {
            Running wrong = start(lab, "mosquitto_sub", "watcher", "secret", "-t", "home/x", "-W", "30");
            Running all = start(lab, "mosquitto_sub", "watcher", "see", "-t", "#", "-W", "30");
            Running silent = start(lab, "mosquitto_pub", "watcher", "see", "-t", "home/x", "-m", "1");

            assertThat(ended(wrong)).isNotZero();
            assertThat(wrong.lines().toString()).contains("Connection");
            // it ends by itself, before its time
            ended(all);
            assertThat(all.lines().toString()).contains("denied");
            assertThat(ended(silent)).isNotZero();
        }
    }

    @Test
    void routes_take_topics_that_they_name_to_the_cloud_and_no_others() throws Exception {
        try (TopicLab lab = lab()) {
            publish(lab, "home/lamp", "on");
            publish(lab, "home/alarm/smoke", "fire");
            assertThat(ended(start(
                            lab,
                            "mosquitto_pub",
                            "hub.example/board/filter/?api-version=2021-04-12",
                            HubLab.token("filter", Instant.now().plusSeconds(3600)),
                            "-i",
                            "board/filter",
                            "-t",
                            "home/alarm/water",
                            "-m",
                            "wet")))
                    .isZero();
            await().atMost(PATIENCE).until(() -> lab.received.size() == 2);

            assertThat(lab.received.get(0).sender()).hasToString("board/$edgeHub");
            assertThat(lab.received.get(0).application())
                    .isEqualTo(Map.of("mqttTopic", "home/alarm/smoke", "mqttClient", "sensors"));
            assertThat(lab.received.get(1).sender()).hasToString("board/filter");
            assertThat(lab.received.get(1).application()).isEqualTo(Map.of("mqttTopic", "home/alarm/water"));
        }
    }
}
