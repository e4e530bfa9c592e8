package io.edgeagent.adapter.messagelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The folder of the messages or of the documents, so that tests can have one that tears, loses, fills and fails. */
interface Disk {
    /** Names of the files that are there. */
    List<String> list() throws IOException;

    /** Opens a file, which is made, durably, if it is not there. */
    File open(String name) throws IOException;

    /** Makes a file anew, empty. It is durable once it was forced and given another name. */
    File create(String name) throws IOException;

    /** Deletes a file if it is there; durably only with {@link #force}. */
    void delete(String name) throws IOException;

    /** Makes durable which files there are. */
    void force() throws IOException;

    /** Gives a file another name, durably. */
    void rename(String from, String to) throws IOException;

    interface File extends AutoCloseable {
        long size() throws IOException;

        /** Reads as many bytes as there are, at most to the buffer's limit. */
        void read(ByteBuffer into, long position) throws IOException;

        /** Writes all of it. */
        void write(ByteBuffer from, long position) throws IOException;

        /** Makes durable what was written. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
