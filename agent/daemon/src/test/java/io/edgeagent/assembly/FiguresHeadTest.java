package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.adapter.hubnet.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiguresHeadTest {
    private final List<Runnable> collections = new CopyOnWriteArrayList<>();
    private final List<Optional<String>> answers = new CopyOnWriteArrayList<>();
    private EventLoop loop;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(System::nanoTime);
        thread = new Thread(() -> {
            try {
                loop.run();
                loop.release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.close();
        thread.join(10_000);
    }

    @Test
    void who_asks_while_figures_are_collected_shares_them_and_who_asks_later_gets_new_ones() {
        FiguresHead head = new FiguresHead(
                loop, collections::add, JsonNodeFactory.instance::arrayNode, own -> "text " + collections.size());
        for (int i = 0; i < 3; i++) {
            loop.execute(() -> head.collect(answers::add));
        }
        await().until(() -> !collections.isEmpty());
        loop.execute(() -> head.collect(answers::add));
        loop.execute(collections.get(0));
        await().until(() -> answers.size() == 4);
        assertThat(collections).hasSize(1);
        assertThat(answers).containsOnly(Optional.of("text 1"));

        loop.execute(() -> head.collect(answers::add));

        await().until(() -> collections.size() == 2);
        collections.get(1).run();
        await().until(() -> answers.size() == 5);
        assertThat(answers.get(4)).contains("text 2");
    }
}
