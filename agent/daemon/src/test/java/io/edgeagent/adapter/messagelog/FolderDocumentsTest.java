package io.edgeagent.adapter.messagelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.hub.ClientId;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FolderDocumentsTest {
    private static final ClientId SENSOR = ClientId.module("board", "sensor");

    private final FrailDisk disk = new FrailDisk(new Random(1));

    @Test
    @Warns("ERROR event=document_unreadable")
    void what_cannot_be_read_just_now_is_there_again_after_the_next_start() throws IOException {
        FolderDocuments documents = new FolderDocuments(disk);
        documents.write("twin", SENSOR, "precious");

        disk.unreadable(true);
        assertThat(documents.read("twin", SENSOR)).isEmpty();
        disk.unreadable(false);

        assertThat(documents.clients("twin")).isEmpty();
        assertThat(new FolderDocuments(disk).read("twin", SENSOR)).contains("precious");
    }

    @Test
    @Warns("ERROR event=document_unreadable")
    void what_was_written_meanwhile_counts_and_the_old_one_is_kept_for_a_person() throws IOException {
        FolderDocuments documents = new FolderDocuments(disk);
        documents.write("twin", SENSOR, "old");
        disk.unreadable(true);
        assertThat(documents.read("twin", SENSOR)).isEmpty();
        disk.unreadable(false);

        documents.write("twin", SENSOR, "new");

        assertThat(new FolderDocuments(disk).read("twin", SENSOR)).contains("new");
        assertThat(disk.list()).anyMatch(name -> name.startsWith("unreadable-twin-"));
    }
}
