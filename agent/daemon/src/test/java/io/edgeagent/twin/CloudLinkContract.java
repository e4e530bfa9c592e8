package io.edgeagent.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every link does for the agent, the fake one and real ones. */
public abstract class CloudLinkContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Recorder told = new Recorder();

    /** The link under test, not started. */
    protected abstract CloudLink link();

    /** Lets the link come up, where it does not by itself. */
    protected abstract void reachable();

    /** Loses the connection once; it comes back. */
    protected abstract void cut();

    /** Merges into the desired properties in the hub. */
    protected abstract void desire(String singleQuoted);

    /** The reported properties in the hub. */
    protected abstract JsonNode reported();

    protected abstract MethodAnswer call(String method, String payload);

    private static final class Recorder implements CloudLink.Listener {
        final List<ObjectNode> twins = new CopyOnWriteArrayList<>();
        final List<ObjectNode> patches = new CopyOnWriteArrayList<>();
        final List<Problem> losses = new CopyOnWriteArrayList<>();
        final List<String> reports = new CopyOnWriteArrayList<>();
        final List<CompletableFuture<MethodAnswer>> slow = new CopyOnWriteArrayList<>();

        @Override
        public void twinReceived(ObjectNode desired, ObjectNode reported) {
            twins.add(desired);
        }

        @Override
        public void desiredPatched(ObjectNode patch) {
            patches.add(patch);
        }

        @Override
        public void linkLost(Problem reason) {
            losses.add(reason);
        }

        @Override
        public void reported() {
            reports.add("done");
        }

        @Override
        public void reportFailed(Problem reason) {
            reports.add(reason.toString());
        }

        @Override
        public CompletableFuture<MethodAnswer> methodCalled(String method, String payload) {
            if (method.equals("slow")) {
                CompletableFuture<MethodAnswer> answer = new CompletableFuture<>();
                slow.add(answer);
                return answer;
            }
            return CompletableFuture.completedFuture(new MethodAnswer(201, TextNode.valueOf(method + " " + payload)));
        }
    }

    private void up() {
        link().start(told);
        reachable();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(told.twins).as(() -> told.losses.toString()).isNotEmpty());
    }

    @Test
    protected void hands_over_the_whole_twin_when_it_is_up_with_its_version() {
        desire("{'a':{'b':1}}");

        up();

        assertThat(told.twins.get(0).at("/a/b").asInt()).isEqualTo(1);
        assertThat(told.twins.get(0).path("$version").isIntegralNumber()).isTrue();
    }

    @Test
    protected void tells_of_a_change_with_its_version() {
        up();

        desire("{'c':2}");

        await().atMost(PATIENCE).until(() -> !told.patches.isEmpty());
        assertThat(told.patches.get(0).path("c").asInt()).isEqualTo(2);
        assertThat(told.patches.get(0).path("$version").asLong())
                .isEqualTo(told.twins.get(0).path("$version").asLong() + 1);
    }

    @Test
    protected void reports_and_takes_back_what_it_reported() {
        up();

        link().report(Manifest.json("{'x':1,'y':{'z':true}}"));
        await().atMost(PATIENCE).until(() -> told.reports.size() == 1);
        assertThat(reported().path("x").asInt()).isEqualTo(1);
        link().report(Manifest.json("{'x':null}"));
        await().atMost(PATIENCE).until(() -> told.reports.size() == 2);

        assertThat(told.reports).containsExactly("done", "done");
        assertThat(reported().has("x")).isFalse();
        assertThat(reported().at("/y/z").asBoolean()).isTrue();
    }

    @Test
    protected void answers_a_method() {
        up();

        MethodAnswer result = call("ping", "{\"a\":1}");

        assertThat(result.status()).isEqualTo(201);
        assertThat(result.payload().asText()).isEqualTo("ping {\"a\":1}");
    }

    @Test
    protected void a_method_that_takes_its_time_holds_up_neither_others_nor_the_twin() throws Exception {
        up();

        CompletableFuture<MethodAnswer> slow = CompletableFuture.supplyAsync(() -> call("slow", "1"));
        await().atMost(PATIENCE).until(() -> !told.slow.isEmpty());
        assertThat(call("ping", "2").payload().asText()).isEqualTo("ping 2");
        desire("{'c':2}");
        await().atMost(PATIENCE).until(() -> !told.patches.isEmpty());

        told.slow.get(0).complete(new MethodAnswer(202, TextNode.valueOf("at last")));
        assertThat(slow.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(202);
    }

    @Test
    protected void an_answer_that_nobody_can_get_any_more_is_cancelled() {
        up();
        CompletableFuture<MethodAnswer> slow = CompletableFuture.supplyAsync(() -> call("slow", "1"));
        await().atMost(PATIENCE).until(() -> !told.slow.isEmpty());

        cut();

        await().atMost(PATIENCE).until(() -> told.slow.get(0).isCancelled());
        await().atMost(PATIENCE).until(slow::isDone);
    }

    @Test
    protected void says_that_it_is_lost_and_comes_back_with_the_whole_twin() {
        up();

        cut();

        await().atMost(PATIENCE).until(() -> !told.losses.isEmpty() && told.twins.size() >= 2);
        assertThat(told.losses.get(0).text()).isNotBlank();
    }
}
