package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.LoggedLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailboxTest {
    /** A link that is closed while it signs in does this at each stop. */
    @Test
    void one_who_is_stopped_while_posting_raises_no_alarm() {
        try (LoggedLines log = LoggedLines.of(Mailbox.class.getName())) {
            Thread.currentThread().interrupt();
            new Mailbox().execute(() -> {});

            Thread.interrupted();
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void who_posts_into_a_full_mailbox_waits_and_nothing_is_lost() throws InterruptedException {
        Mailbox mailbox = new Mailbox(3);
        List<Integer> done = new ArrayList<>();
        Thread poster = new Thread(() -> {
            for (int i = 0; i < 100; i++) {
                int number = i;
                mailbox.execute(() -> done.add(number));
            }
        });
        try (LoggedLines log = LoggedLines.of(Mailbox.class.getName())) {
            poster.start();
            while (done.size() < 100) {
                Optional<Runnable> next = mailbox.next(10_000_000_000L);
                assertThat(next).isPresent();
                next.get().run();
            }
            poster.join();

            assertThat(log.lines()).hasSizeLessThan(10);
        }
        assertThat(done).hasSize(100).isSorted();
    }

    @Test
    void the_owner_never_waits_for_itself() throws InterruptedException {
        Mailbox mailbox = new Mailbox(1);
        mailbox.next(0);
        mailbox.execute(() -> {});
        mailbox.execute(() -> {});

        assertThat(mailbox.next(0)).isPresent();
        assertThat(mailbox.next(0)).isPresent();
    }
}
