package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortHolderTest {
    private static final String TABLE = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:22B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
               1: 0100007F:01BB 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
            """;

    @TempDir
    private Path proc;

    private Path process(String id, String name, String... links) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(id).resolve("fd"));
        for (int i = 0; i < links.length; i++) {
            Files.createSymbolicLink(folder.resolve(String.valueOf(i)), Path.of(links[i]));
        }
        Files.writeString(proc.resolve(id).resolve("comm"), name + "\n");
        return folder;
    }

    @Test
    void names_the_process_that_listens() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net/tcp"), TABLE);
        process("12", "sshd", "socket:[99]", "/dev/null");
        process("812", "mosqui\"tto\u0007", "/dev/null", "socket:[4711]");

        assertThat(new PortHolder(proc).of(8883)).contains("mosqui?tto? (process 812)");
        // nobody listens there, although somebody is connected
        assertThat(new PortHolder(proc).of(443)).isEmpty();
    }

    @Test
    void says_that_it_may_not_look_where_no_process_shows_the_socket() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net/tcp6"), TABLE);
        process("12", "sshd", "socket:[99]");

        assertThat(new PortHolder(proc).of(8883)).contains("a process that the agent may not look at");
    }

    @Test
    void knows_nothing_where_there_is_no_proc() {
        assertThat(new PortHolder(proc.resolve("none")).of(8883)).isEmpty();
    }
}
