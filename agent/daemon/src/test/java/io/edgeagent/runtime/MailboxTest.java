package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.LoggedLines;
import org.junit.jupiter.api.Test;

class MailboxTest {
    /** A link that is closed while it signs in does this at each stop. */
    @Test
    void one_who_is_stopped_while_posting_raises_no_alarm() {
        try (LoggedLines log = LoggedLines.of(Mailbox.class.getName())) {
            Thread.currentThread().interrupt();
            new Mailbox().execute(() -> {});

            assertThat(Thread.interrupted()).isTrue();
            assertThat(log.lines()).isEmpty();
        }
    }
}
